import { OpenApiGeneratorV31, OpenAPIRegistry, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { MAX_DATA_BYTES, MAX_METADATA_BYTES, MAX_PARTICIPANTS, MAX_REQUEST_BYTES } from '../limits';
import { problemSchema } from './answers';
import type { Answer, Route } from './route';
import { allRoutes } from './routes';

/** The OpenAPI 3.1 document, made from the very routes and schemas that the functions run. */
export function openApiDocument(version: string) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('parameters', 'traceparent', TRACEPARENT);
  for (const route of allRoutes) registry.registerPath(asOperation(route));
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      description: [
        'Coordination for software agents: sync points (barriers with named participants, deadlines and exactly one',
        'ending), progress trackers, messages, an event log and inboxes. Times are ISO 8601 UTC with milliseconds. Unknown fields are an error.',
        `Limits: ${MAX_PARTICIPANTS} participants, metadata ${MAX_METADATA_BYTES} bytes, data ${MAX_DATA_BYTES} bytes,`,
        `a request ${MAX_REQUEST_BYTES} bytes. Every answer but those of the gateway itself (a 401 without a token, a 429) has a \`traceparent\` header, by which logs tell what followed.`,
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
        description: 'Any error, as a problem document (RFC 9457).',
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
  description: 'Trace that the request belongs to (W3C Trace Context). Without a valid one it begins a trace.',
  schema: { type: 'string', example: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
} as const;
