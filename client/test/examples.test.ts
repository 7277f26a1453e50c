/** Every example of the docstrings and of the README compiles, and runs against a service that answers plausibly. */
import { expect, test } from '@jest/globals';
import path from 'node:path';
import ts from 'typescript';
import openapi from '../../openapi.json' with { type: 'json' };
import { readReference } from '../../infra/client-reference.ts';
import { OPERATIONS } from '../src/generated/operations.ts';
import { codeBlocks, pageText } from '../../test/support/markdown.ts';
import * as client from '../src/index.ts';
import { AuthenticationError, Muster, type MusterOptions } from '../src/index.ts';

/** What examples take for granted. */
const GIVEN: Readonly<Record<string, { readonly type: string; readonly value: unknown }>> = {
  token: { type: 'string', value: 'muster_token' },
  tokenId: { type: 'string', value: 't-1' },
  id: { type: 'string', value: 'nightly' },
  messageId: { type: 'string', value: 'm-1' },
  message: { type: 'client.InboxMessage', value: { id: 'm-1', content: {} } },
  url: { type: 'string', value: 'https://example.com/1' },
  rows: { type: 'string[]', value: ['one', 'two'] },
  files: { type: 'string[]', value: ['one', 'two'] },
  insert: { type: '(row: string) => Promise<void>', value: () => Promise.resolve() },
  load: { type: '(file: string) => Promise<void>', value: () => Promise.resolve() },
  review: { type: '(content: unknown) => Promise<object>', value: () => Promise.resolve({ approved: true }) },
  work: { type: '() => Promise<void>', value: () => Promise.resolve() },
  signal: { type: 'AbortSignal', value: new AbortController().signal },
  presence: { type: '{ stop(): Promise<void> }', value: { stop: () => Promise.resolve() } },
  track: { type: "ReturnType<client.Muster['trackers']['track' & keyof client.Muster['trackers']]>", value: undefined },
};

interface Example {
  readonly title: string;
  readonly code: string;
}

const documented: readonly Example[] = readReference().flatMap(
  ({ name, path: prefix = name, examples: own, members }) => [
    ...own.map((code) => ({ title: prefix, code })),
    ...members.flatMap((member) => member.examples.map((code) => ({ title: `${prefix}.${member.name}`, code }))),
  ],
);

/** Each paragraph of its code, without imports: what they name is given. */
const readme: readonly Example[] = codeBlocks(pageText('client/README.md'))
  .filter(({ language }) => language === 'ts')
  .flatMap(({ code }) =>
    code
      .replaceAll(/^import .*\n/gm, '')
      .trim()
      .split('\n\n'),
  )
  .map((code) => ({ title: 'README.md', code }));

const examples = [...documented, ...readme];

const classes = Object.keys(client);
const bodyOf = (code: string): string => `async function example() {\n${code}\n}`;

/** All in one program, each as a file of its own beside this one. */
function complaints(): string[] {
  const given = Object.entries(GIVEN).map(([name, { type }]) => `declare const ${name}: ${type};\n`);
  const prelude = [
    `import * as client from '../src/index.ts';\nconst { ${classes.join(', ')} } = client;\n`,
    'declare const muster: client.Muster;\n',
    ...given,
  ].join('');
  const sources = new Map(
    examples.map(({ code }, index) => [path.resolve(`client/test/example-${index}.ts`), `${prelude}${bodyOf(code)}`]),
  );
  const { config } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)) as { readonly config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const relaxed = {
    ...options,
    noUnusedLocals: false,
    noPropertyAccessFromIndexSignature: false,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  };
  const host = ts.createCompilerHost(relaxed);
  host.readFile = (file) => sources.get(file) ?? ts.sys.readFile(file);
  host.fileExists = (file) => sources.has(file) || ts.sys.fileExists(file);
  const program = ts.createProgram([...sources.keys()], relaxed, host);
  return [...sources.keys()].flatMap((file, index) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(file))
      .concat(program.getSyntacticDiagnostics(program.getSourceFile(file)))
      .map(({ messageText }) => `${examples[index]?.title}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  );
}

test('each compiles', () => {
  expect(documented.length).toBeGreaterThan(40);
  expect(readme.length).toBeGreaterThan(5);
  expect(complaints()).toEqual([]);
});

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** Something of that schema: everything has ended well, and every list has one item and one page. */
function sample(schema: Schema, name = ''): unknown {
  const schemas = openapi.components.schemas as unknown as Readonly<Record<string, Schema>>;
  if (name === 'nextCursor') return null;
  if (schema.$ref !== undefined)
    return sample(schemas[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)] ?? {}, name);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => sample(part, name))) as unknown;
  if (schema.anyOf) return sample(schema.anyOf[0] ?? {}, name);
  if (schema.enum) return schema.enum.includes('completed') ? 'completed' : schema.enum[0];
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [key, sample(value, key)]));
  }
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (type === 'array') return [sample(schema.items ?? {})];
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return true;
  return type === 'string' ? 'sample' : {};
}

interface Described {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

/** Answers each request by its schema. The second time that an inbox is waited for, the token is no longer valid. */
function service(): typeof globalThis.fetch {
  let waits = 0;
  const answer = (url: URL, method: string): Response => {
    if (url.pathname === '/v1/inbox' && url.searchParams.has('wait') && ++waits > 1) {
      return Response.json({ code: 'auth.bad-token', detail: 'The token has been revoked.' }, { status: 401 });
    }
    for (const [verb, template] of Object.values(OPERATIONS)) {
      if (verb !== method || !new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(url.pathname)) continue;
      const item = openapi.paths[template] as unknown as Readonly<Record<string, Described>>;
      const [status, response] = Object.entries(item[method.toLowerCase()]?.responses ?? {})[0] ?? ['500', {}];
      const schema = response.content?.['application/json']?.schema;
      return schema ? Response.json(sample(schema), { status: Number(status) }) : new Response(null, { status: 204 });
    }
    return Response.json({ code: 'route.not-found', detail: url.pathname }, { status: 404 });
  };
  return ((url: URL, init?: RequestInit) => Promise.resolve(answer(url, init?.method ?? 'GET'))) as typeof fetch;
}

test.each(examples)('$title, example $#', async ({ code }) => {
  const fetch = service();
  class Client extends Muster {
    constructor(options: MusterOptions = {}) {
      super({ url: 'http://muster.test', ...options, fetch });
    }
  }
  const muster = new Client();
  const { track } = muster.trackers as { readonly track?: (id: string) => unknown };
  const variables: Readonly<Record<string, unknown>> = {
    ...client,
    ...Object.fromEntries(Object.entries(GIVEN).map(([name, { value }]) => [name, value])),
    Muster: Client,
    muster,
    track: track?.call(muster.trackers, 'import'),
    console: { log: () => undefined, debug: () => undefined, warn: () => undefined, error: () => undefined },
  };
  const { outputText } = ts.transpileModule(bodyOf(code), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- It is what a reader would run.
  const make = new Function(...Object.keys(variables), `${outputText}; return example;`) as (
    ...values: unknown[]
  ) => () => Promise<void>;

  const [error] = await make(...Object.values(variables))().then(
    () => [],
    (reason: unknown) => [reason],
  );

  // Whoever listens listens for ever, so only the loss of the token ends it.
  const listens = error instanceof AuthenticationError && /\.inbox\.(listen|handle)\(/.test(code);
  expect(listens ? undefined : error).toBeUndefined();
});
