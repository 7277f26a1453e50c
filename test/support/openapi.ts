/** The OpenAPI document as tests need it: its operations, and whether a body or an answer is one that it declares. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import type { Answer } from './http-client';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly not?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

interface Response {
  readonly description: string;
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema; readonly examples?: object }>>;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  readonly isPublic: boolean;
  readonly parameters: readonly Parameter[];
  /** undefined: it takes no body. */
  readonly body: { readonly required: boolean; readonly schema: Schema } | undefined;
  readonly responses: Readonly<Record<string, Response>>;
}

interface Document {
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<Record<string, Response>>;
}

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as Document;

const SCHEMAS = '#/components/schemas/';
const RESPONSES = '#/components/responses/';

/** Beside the methods of a path stand parameters that all of them take: the trace, of which any text may be sent. */
export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(
  ([path, { parameters: _, ...methods }]) =>
    Object.entries(methods).map(([method, documented]) => ({
      id: documented.operationId,
      method: method.toUpperCase(),
      path,
      isPublic: documented.security.length === 0,
      parameters: documented.parameters ?? [],
      body: documented.requestBody && {
        required: documented.requestBody.required,
        schema: documented.requestBody.content['application/json']?.schema ?? {},
      },
      responses: Object.fromEntries(
        Object.entries(documented.responses).map(([status, response]) => [status, resolveResponse(response)]),
      ),
    })),
);

function resolveResponse(response: Response): Response {
  if (response.$ref === undefined) return response;
  const found = document.components.responses[response.$ref.slice(RESPONSES.length)];
  if (found === undefined) throw new Error(`${response.$ref} is not in the document.`);
  return found;
}

export function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const found = document.components.schemas[schema.$ref.slice(SCHEMAS.length)];
  if (found === undefined) throw new Error(`${schema.$ref} is not in the document.`);
  return found;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
/** As all times of the API are: ISO 8601, UTC, milliseconds. What it takes may have any offset and precision. */
ajv.addFormat('date-time', (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text));
ajv.addFormat('answered-time', (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text));

/** `shape` is put on every schema of the document, so that references lead to shaped ones. */
function compilerOf(name: string, shape: (schema: Schema) => Schema) {
  const schemas = Object.entries(document.components.schemas).map(([key, schema]) => [key, shape(schema)] as const);
  ajv.addSchema({ $id: name, components: { schemas: Object.fromEntries(schemas) } });
  const compiled = new Map<Schema, ValidateFunction>();
  return (schema: Schema): ValidateFunction => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const text = JSON.stringify(shape(schema)).replaceAll(`"$ref":"#`, `"$ref":"${name}#`);
    const made = ajv.compile(JSON.parse(text) as object);
    compiled.set(schema, made);
    return made;
  };
}

const requestValidator = compilerOf('request', (schema) => schema);
const answerValidator = compilerOf('answer', (schema) => closed(schema, false));

/**
 * An answer has nothing that the document does not name, although it lets clients expect more to come. At the top of a
 * named schema that is left to who refers to it.
 */
function closed(schema: Schema, here = true): Schema {
  const { properties, items, additionalProperties } = schema;
  const isObject = properties !== undefined || schema.$ref !== undefined;
  return {
    ...schema,
    ...(schema.format === 'date-time' && { format: 'answered-time' }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, closed(member)])),
    }),
    ...(items && { items: closed(items) }),
    ...(additionalProperties && { additionalProperties: closed(additionalProperties) }),
    ...(here && isObject && additionalProperties === undefined && { unevaluatedProperties: false }),
  };
}

export const takesBody = (operation: Operation, body: unknown): boolean =>
  operation.body === undefined || requestValidator(operation.body.schema)(body);

/** undefined stands for an absent parameter. A number is what JSON calls one. */
export function takesParameter({ required, schema }: Parameter, text: string | undefined): boolean {
  if (text === undefined) return !required;
  const isNumber = schema.type === 'integer' || schema.type === 'number';
  if (!isNumber) return requestValidator(schema)(text);
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) && requestValidator(schema)(Number(text));
}

/** A parameter that may be repeated. */
export const takesList = ({ schema }: Parameter, texts: readonly (string | undefined)[]): boolean =>
  requestValidator(schema)(texts);

/** What about an answer is not as the document has it; nothing if all is. */
export function undeclared(operation: Operation, answer: Answer<unknown>): string[] {
  const { status, headers, text } = answer;
  if (status >= 500) return [`status ${status}`];
  const response = operation.responses[status] ?? (status >= 400 ? operation.responses['default'] : undefined);
  if (response === undefined) return [`status ${status} is not declared`];
  const missing = Object.entries(response.headers ?? {})
    .filter(([name, header]) => header.required === true && headers.get(name) === null)
    .map(([name]) => `without the header ${name}`);
  if (response.content === undefined) return text === '' ? missing : [...missing, 'a body where none is declared'];

  const mediaType = headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  const schema = response.content[mediaType]?.schema;
  if (schema === undefined) return [...missing, `the content type "${mediaType}" of ${status} is not declared`];
  const validate = answerValidator(status < 400 ? schema : { $ref: `${SCHEMAS}Problem` });
  if (/json/.test(mediaType) ? validate(JSON.parse(text)) : validate(text)) {
    return status < 400 ? missing : [...missing, ...misstated(answer), ...undeclaredCode(operation, answer)];
  }
  return [
    ...missing,
    ...(validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`),
  ];
}

/** The codes that the operation declares for a status; none if it has none. */
export const declaredCodes = ({ responses }: Operation, status: number): readonly unknown[] =>
  Object.values(responses[status]?.content ?? {}).flatMap(({ schema }) =>
    (schema.allOf ?? []).flatMap(({ properties }) => properties?.['code']?.enum ?? []),
  );

/** The gateway of a laptop refuses some requests before any function sees them. */
const OF_GATEWAY = ['auth.no-token', 'auth.refused', 'request.invalid-url', 'request.too-large', 'gateway.unavailable'];

function undeclaredCode(operation: Operation, { status, body }: Answer<unknown>): string[] {
  const { code } = body as { readonly code: string };
  const isDeclared = declaredCodes(operation, status).includes(code) || OF_GATEWAY.includes(code);
  return isDeclared ? [] : [`the code ${code} is not declared for ${status}`];
}

/** A problem document says of itself what the answer is, and nothing of our inside. */
function misstated({ status, text, body }: Answer<unknown>): string[] {
  const problem = body as { readonly status: number; readonly type: string; readonly code: string };
  return [
    ...(problem.status === status ? [] : [`the body says status ${problem.status}, the answer ${status}`]),
    ...(problem.type === `/docs/errors#${problem.code}` ? [] : [`type ${problem.type} with code ${problem.code}`]),
    ...(/node_modules|\bat ([\w.<>]+ )*\(?[^\s"]*:\d+:\d+|Exception\b|\.ts:\d/.test(text)
      ? ['it shows a stack trace']
      : []),
  ];
}
