import '../lambda/load-bundles-as-they-are.mjs';
import { startLocalStack } from '../local-stack';

const stack = await startLocalStack({
  dataDirectory: '.data',
  port: 4000,
  synthesize: () => ({
    stackName: 'Demo',
    templateFile: 'cdk.out/Demo.template.json',
    assemblyDirectory: 'cdk.out',
  }),
  admitAdmin: async () => {
    // An application would write the hash of the token to its table here.
  },
  redactPath: (path) => path,
  warn: console.warn,
});
console.log(stack.url);
process.once('SIGINT', () => void stack.stop());
