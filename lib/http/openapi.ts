import { OpenApiGeneratorV31, OpenAPIRegistry, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { MAX_DATA_BYTES, MAX_METADATA_BYTES, MAX_PARTICIPANTS, MAX_REQUEST_BYTES } from '../common/limits';
import { problemSchema } from './answers';
import type { Answer, Route } from './route';

/** The OpenAPI 3.1 document, generated from the same routes and schemas that the functions use. */
export function openApiDocument(version: string, routes: readonly Route[]) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('parameters', 'traceparent', TRACEPARENT);
  for (const route of routes) registry.registerPath(asOperation(route));
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      description: [
        'Coordination for software agents: sync points (barriers with named participants, a deadline and exactly one',
        'ending), progress trackers, messages, inboxes and an event log. Times are ISO 8601 UTC with milliseconds.',
        'JSON numbers are doubles: an integer beyond 2^53 loses digits, so send it as text. A number beyond 1.8e308 and a',
        'member `__proto__` are refused, at any depth. Unknown fields are an error. Error codes are explained at',
        '/docs/errors.',
        `Limits: ${MAX_PARTICIPANTS} participants, ${MAX_METADATA_BYTES} bytes of metadata, ${MAX_DATA_BYTES} bytes of data,`,
        `${MAX_REQUEST_BYTES} bytes per request. Responses have a \`traceparent\` header, which finds everything that followed in the logs;`,
        'the responses of the gateway itself (401 without a token, 429) have none.',
      ].join('\n'),
    },
    servers: [{ url: '/' }],
  });
  for (const path of Object.values(document.paths ?? {})) {
    path.parameters = [{ $ref: '#/components/parameters/traceparent' }];
  }
  return document;
}

function asOperation({ public: isPublic, request = {}, answers, tags, ...route }: Route): RouteConfig {
  const { body, ...parts } = request;
  return {
    ...route,
    tags: [...tags],
    security: isPublic ? [] : [{ bearer: [] }],
    request: {
      ...parts,
      ...(body && { body: { content: { 'application/json': { schema: body.schema } }, required: body.required } }),
    },
    responses: {
      ...Object.fromEntries(Object.entries(answers()).map(([status, answer]) => [status, asResponse(answer)])),
      default: {
        description: 'An error, as a problem document (RFC 9457).',
        content: { 'application/problem+json': { schema: problemSchema() } },
      },
    },
  };
}

const asResponse = ({ description, headers, schema, contentType = 'application/json' }: Answer) => ({
  description,
  ...(headers && { headers }),
  ...(schema && { content: { [contentType]: { schema } } }),
});

const TRACEPARENT = {
  name: 'traceparent',
  in: 'header',
  description:
    'Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace.',
  schema: { type: 'string', example: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
} as const;
