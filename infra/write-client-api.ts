import { readFileSync } from 'node:fs';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';
import { CATALOG } from '../lib/common/errors';
import { openApiDocument } from '../lib/http/openapi';
import { reference } from './reference/reference';
import { allRoutes } from './routes';
import { writeOrCheck } from './write-or-check';

/**
 * `npm run client-api`: writes what the client knows of the API, from the API's own schemas: the types of every
 * operation, its method and path, and the error codes.
 */

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JSONSchema;
}

type Content = Readonly<Record<string, { readonly schema: JSONSchema }>>;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JSONSchema>> };
}

function isFreeObject(value: unknown): value is object {
  const schema = value as { readonly type?: unknown; readonly properties?: unknown } | null;
  return [schema?.type].flat().includes('object') && schema?.properties === undefined;
}

const SAYS_A_TYPE = ['type', '$ref', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', 'not'];

/** A schema without a type allows every value; json-schema-to-typescript would make it an object. */
const spelledOut = (schema: JSONSchema): JSONSchema =>
  SAYS_A_TYPE.some((name) => name in schema) ? schema : { ...schema, tsType: 'unknown' };

function withEveryType(key: string, value: unknown): unknown {
  if (key === 'properties') {
    const properties = Object.entries(value as Readonly<Record<string, JSONSchema>>);
    return Object.fromEntries(properties.map(([name, schema]) => [name, spelledOut(schema)]));
  }
  // An object without properties may have any.
  return isFreeObject(value) ? { additionalProperties: true, ...value } : value;
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const written = JSON.stringify(openApiDocument(version, allRoutes, reference));
const { paths, components } = JSON.parse(
  written.replaceAll('#/components/schemas/', '#/definitions/'),
  withEveryType,
) as Document;

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const operations = Object.entries(paths)
  // The others are pages for people.
  .filter(([path]) => path.startsWith('/v1/'))
  .flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );

/** Every schema by its name; those without a name are added under one that the operation gives them. */
const definitions: Record<string, JSONSchema> = Object.fromEntries(
  // A title would become the name of the type.
  Object.entries(components.schemas).map(([name, { title: _, ...schema }]) => [name, schema]),
);

function nameOf(schema: JSONSchema | undefined, name: string): string {
  if (schema === undefined) return 'undefined';
  if (schema.$ref !== undefined) return schema.$ref.slice('#/definitions/'.length);
  definitions[name] = schema;
  return name;
}

/** What the API spells `true` and `false` is a boolean in a program. */
function inProgram(schema: JSONSchema): JSONSchema {
  const { enum: values, ...rest } = schema;
  if (!values?.every((value) => value === 'true' || value === 'false')) return schema;
  const enumOf = values.length === 1 ? { enum: [values[0] === 'true'] } : {};
  return { ...rest, type: 'boolean', ...enumOf };
}

function querySchemaOf({ parameters = [] }: Operation): JSONSchema | undefined {
  const query = parameters.filter((each): each is Parameter => 'in' in each && each.in === 'query');
  if (query.length === 0) return undefined;
  const properties = Object.fromEntries(query.map(({ name, schema }) => [name, inProgram(schema)]));
  return { type: 'object', properties, additionalProperties: false };
}

function describe(operation: Operation): string {
  const { operationId: id, summary, parameters = [], requestBody, responses } = operation;
  const title = id.charAt(0).toUpperCase() + id.slice(1);
  const inPath = parameters.filter((each): each is Parameter => 'in' in each && each.in === 'path');
  const path = inPath.map(({ name }) => `readonly ${name}: string`).join('; ');
  const answers = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, { content }]) => nameOf(content?.['application/json']?.schema, `${title}Answer`));
  return `  /** ${summary}. */
  ${id}: {
    path: ${path === '' ? 'undefined' : `{ ${path} }`};
    query: ${nameOf(querySchemaOf(operation), `${title}Query`)};
    body: ${nameOf(requestBody?.content['application/json']?.schema, `${title}Body`)};
    answer: ${[...new Set(answers)].join(' | ')};
  };
`;
}

const isKeyed = ({ parameters = [] }: Operation): boolean =>
  parameters.some((each) => 'in' in each && each.name === 'idempotency-key');

const operationTypes = `
/** What each operation takes and answers. */
export interface Operations {
${operations.map(describe).join('')}}
`;
const root = { title: 'Root', type: 'object', definitions, additionalProperties: false } as const;
const schemaTypes = (
  await compile(root, 'Root', {
    bannerComment: '',
    additionalProperties: false,
    format: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
  })
)
  // The compiler wants one type that holds the others, and tells in each that it does.
  .replace(/export interface Root \{\s*\}\n/, '')
  .replace(
    /^ ?\* This (?:interface|type) was referenced by `Root`'s JSON-Schema\n ?\* via the `definition` ".*"\.\n/gm,
    '',
  )
  .replace(/^\/\*\*\n \*\/\n/gm, '');

const NOTICE = '// Written by `npm run client-api`. Do not edit.\n\n';
const folder = 'client/src/generated';
const options = { ...(await resolveConfig(`${folder}/api.ts`)), parser: 'typescript' };

writeOrCheck(`${folder}/api.ts`, await format(`${NOTICE}${schemaTypes}${operationTypes}`, options), 'client-api');
writeOrCheck(
  `${folder}/operations.ts`,
  await format(
    `${NOTICE}/** Method and path of each operation; \`keyed\` ones take an idempotency key. */
export const OPERATIONS = {
${operations.map((each) => `${each.operationId}: ['${each.method}', '${each.path}'${isKeyed(each) ? ", 'keyed'" : ''}],`).join('\n')}
} as const;

/** Every \`code\` of a problem document; docs/errors.md explains them. */
export type ErrorCode = ${Object.keys(CATALOG)
      .map((code) => `'${code}'`)
      .join(' | ')};
`,
    options,
  ),
  'client-api',
);
