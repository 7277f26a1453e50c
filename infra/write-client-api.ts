import { readFileSync } from 'node:fs';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { CATALOG } from '../lib/common/errors';
import { openApiDocument } from '../lib/http/openapi';
import { allRoutes } from './routes';
import { writeOrCheck } from './write-or-check';

/**
 * `npm run client-api`: writes what the client knows of the API, from the API's own schemas: the types of every
 * operation, its method and path, and the error codes.
 */
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const document = JSON.parse(JSON.stringify(openApiDocument(version, allRoutes))) as OpenAPI3;

interface Described {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name?: string; readonly in?: string }[];
}

const NOTICE = '// Written by `npm run client-api`. Do not edit.\n';
const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** Pages for people are no operations of the client; its health is. */
const isForPrograms = (path: string): boolean => path.startsWith('/v1/');

const operations = Object.entries(document.paths ?? {})
  .filter(([path]) => isForPrograms(path))
  .flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = (item as Partial<Record<string, Described>>)[method];
      if (!operation) return [];
      const keyed = (operation.parameters ?? []).some(({ name }) => name === 'idempotency-key');
      return [`  ${operation.operationId}: ['${method.toUpperCase()}', '${path}'${keyed ? ", 'keyed'" : ''}],\n`];
    }),
  )
  .join('');

const types = astToString(await openapiTS(document, { emptyObjectsUnknown: true, alphabetize: false }));
const codes = Object.keys(CATALOG)
  .map((code) => `  | '${code}'\n`)
  .join('');

writeOrCheck(
  'client/src/generated/operations.ts',
  `${NOTICE}
/** Method and path of each operation; \`keyed\` ones take an idempotency key. */
export const OPERATIONS = {
${operations}} as const;

/** Every \`code\` of a problem document; docs/errors.md explains them. */
export type ErrorCode =
${codes.trimEnd()};
`,
  'client-api',
);
writeOrCheck('client/src/generated/api.ts', `${NOTICE}\n${types}`, 'client-api');
