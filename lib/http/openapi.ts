import { OpenApiGeneratorV31, OpenAPIRegistry, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { ErrorCode } from '../common/errors';
import { problemSchema } from './answers';
import { codesByStatus, GATEWAY_RESPONSES, problemResponseOf } from './openapi-errors';
import { type Exchange, examplesOf } from './openapi-examples';
import type { Answer, RequestBody, Route } from './route';

/** What the document says of an operation beside its schemas. No function needs it to serve requests. */
export interface OperationReference {
  /** Markdown: what it is for and when not, what is special, what comes next. */
  readonly description: string;
  /** Codes beside those that follow from the route: of its token, its body and its parameters. */
  readonly errors?: readonly ErrorCode[];
  /** A body that the handler reads without a schema of the route. */
  readonly body?: RequestBody;
}

/** An entry for each route. */
export type ReferenceOf<Routes extends Readonly<Record<string, Route>>> = Readonly<
  Record<keyof Routes, OperationReference>
>;

/** The texts and examples of the document. */
export interface Reference {
  readonly summary: string;
  /** Markdown. */
  readonly introduction: string;
  /** In the order of the page. */
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly operations: ReadonlyMap<string, OperationReference>;
  readonly exchanges: readonly Exchange[];
}

/** The OpenAPI 3.1 document, generated from the same routes and schemas that the functions use. */
export function openApiDocument(version: string, routes: readonly Route[], reference: Reference) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of an agent or of an admin.',
  });
  registry.registerComponent('parameters', 'traceparent', TRACEPARENT);
  registry.registerComponent('responses', 'TooManyRequests', GATEWAY_RESPONSES.tooManyRequests);
  registry.registerComponent('responses', 'AnyOther', GATEWAY_RESPONSES.anyOther);
  const withErrors = errorRegistry(registry, reference);
  for (const route of routes) registry.registerPath(asOperation(route, reference, withErrors(route)));
  const info = {
    title: 'Muster',
    version,
    // New in OpenAPI 3.1; the types of the generator don't know it.
    summary: reference.summary,
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    description: reference.introduction,
  };
  // The error responses refer to it by its name.
  const definitions = [...registry.definitions, { type: 'schema' as const, schema: problemSchema() }];
  const document = new OpenApiGeneratorV31(definitions).generateDocument({
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    tags: [...reference.tags],
  });
  for (const path of Object.values(document.paths ?? {})) {
    path.parameters = [{ $ref: '#/components/parameters/traceparent' }];
    for (const operation of [path.get, path.put, path.post, path.patch, path.delete]) {
      const { parameter } = examplesOf(operation?.operationId, reference.exchanges);
      for (const declared of operation?.parameters ?? []) {
        const example = 'in' in declared && parameter(declared);
        if (example) Object.assign(declared, example);
      }
    }
  }
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    Object.assign(schema, { title: titleOf(name) });
  }
  return document;
}

/** `CreateSyncPoint` is “Create sync point”. */
const titleOf = (name: string): string => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

type Responses = RouteConfig['responses'];

/** Gives the error responses of a route. Those without examples of their own are written once, as components. */
function errorRegistry(registry: OpenAPIRegistry, { operations, exchanges }: Reference) {
  const shared = new Set<string>();
  const refToShared = (codes: readonly ErrorCode[]): { $ref: string } => {
    const name = codes.join('_');
    if (!shared.has(name)) {
      shared.add(name);
      const examples = codes.flatMap((code) => {
        const seen = exchanges.find(({ title }) => title === code);
        return seen ? [[code, { value: seen.answer }] as const] : [];
      });
      registry.registerComponent('responses', name, problemResponseOf(codes, Object.fromEntries(examples)));
    }
    return { $ref: `#/components/responses/${name}` };
  };
  return (route: Route): Responses => {
    const { answers } = examplesOf(route.operationId, exchanges);
    const byStatus = codesByStatus(route, operations.get(route.operationId)?.errors);
    return {
      ...Object.fromEntries(
        [...byStatus].map(([status, codes]) => {
          const examples = answers(status);
          const hasOwn = Object.keys(examples).length > 0;
          return [status, hasOwn ? problemResponseOf(codes, examples) : refToShared(codes)];
        }),
      ),
      429: { $ref: '#/components/responses/TooManyRequests' },
      default: { $ref: '#/components/responses/AnyOther' },
    };
  };
}

function asOperation(route: Route, { operations, exchanges }: Reference, errors: Responses): RouteConfig {
  const { public: isPublic, request = {}, answers, tags, ...rest } = route;
  const { description, body = request.body } = operations.get(route.operationId) ?? {};
  if (description === undefined) throw new Error(`${route.operationId} has no entry in the reference.`);
  const examples = examplesOf(route.operationId, exchanges);
  const { body: _, ...parts } = request;
  return {
    ...rest,
    description,
    tags: [...tags],
    security: isPublic ? [] : [{ bearer: [] }],
    request: {
      ...parts,
      ...(body && {
        body: { content: contentOf('application/json', body.schema, examples.bodies), required: body.required },
      }),
    },
    responses: {
      ...Object.fromEntries(
        Object.entries(answers()).map(([status, answer]) => [
          status,
          asResponse(answer, examples.answers(Number(status))),
        ]),
      ),
      ...errors,
    },
  };
}

const asResponse = (
  { description, headers, schema, contentType = 'application/json' }: Answer,
  examples: Readonly<Record<string, object>>,
) => ({
  description,
  ...(headers && { headers }),
  ...(schema && { content: contentOf(contentType, schema, examples) }),
});

const contentOf = <Schema>(contentType: string, schema: Schema, examples: Readonly<Record<string, object>>) => ({
  [contentType]: { schema, ...(Object.keys(examples).length > 0 && { examples }) },
});

const TRACEPARENT = {
  name: 'traceparent',
  in: 'header',
  description:
    'Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace.',
  schema: { type: 'string', example: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
} as const;
