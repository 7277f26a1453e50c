import prettier from 'prettier';
import { readReference, type ReferenceClass } from './client-reference';
import { writeOrCheck } from './write-or-check';

/** `npm run client-docs`: writes the reference of the client from its docstrings. */

const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;

function section({ path, name, signature, text, examples, members }: ReferenceClass): string[] {
  const documented = members.filter((member) => member.text !== '');
  const fields = documented.filter((member) => !isMethod(member.signature));
  const methods = documented.filter((member) => isMethod(member.signature));
  return [
    `## ${path === undefined ? name : `\`${path}\``}`,
    ...(path === undefined ? [code(signature)] : []),
    text,
    ...examples.map(code),
    fields
      .map((field) => `- \`${field.signature.replace(/^readonly /, '')}\`: ${field.text.replace(/\s+/g, ' ')}`)
      .join('\n'),
    ...methods.flatMap((method) => [
      `### \`${path ?? name}.${method.name}\``,
      method.text,
      code(method.signature),
      ...method.examples.map(code),
    ]),
  ];
}

const isMethod = (signature: string): boolean => /^(async )?\*?\w+(<.*>)?\(/.test(signature);

const markdown = [
  '# The client',
  'Written by `npm run client-docs` from the docstrings of `client/src`. Do not edit.',
  'A test compiles and runs every example. [The README of the package](../client/README.md) is the introduction; ' +
    'fields of requests and answers are those of the [API](../openapi.json).',
  ...readReference()
    .filter(({ text }) => text !== '')
    .flatMap(section),
]
  .filter((part) => part !== '')
  .join('\n\n');
const file = 'docs/client.md';
const options = await prettier.resolveConfig(file);
writeOrCheck(file, await prettier.format(markdown, { ...options, filepath: file }), 'client-docs');
