#!/usr/bin/env node
/** `npx muster`, in a clone: runs the TypeScript sources as they are. */

// The AWS SDK warns on Node 20, in six lines, that its versions of 2027 will not run there; ours are locked.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const { register } = await import('tsx/esm/api').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('muster: the dependencies are not installed; run npm ci first.\n');
  process.exit(1);
});
register();
const { runCli } = await import('./cli.ts');
process.exitCode = await runCli(process.argv.slice(2));
