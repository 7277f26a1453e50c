import { OpenAPIHono } from '@hono/zod-openapi';
import { MAX_DATA_BYTES, MAX_METADATA_BYTES, MAX_PARTICIPANTS, MAX_REQUEST_BYTES } from '../limits';
import { allRouteConfigs } from './routes';

/** The OpenAPI 3.1 document, made from the very routes and schemas that the functions run. */
export function openApiDocument(version: string) {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  for (const route of allRouteConfigs) app.openAPIRegistry.registerPath(route);
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      description: [
        'Coordination for software agents: sync points (barriers with named participants, deadlines and exactly one',
        'ending), progress trackers, messages, an event log and inboxes. Times are ISO 8601 UTC with milliseconds. Unknown fields are an error.',
        `Limits: ${MAX_PARTICIPANTS} participants, metadata ${MAX_METADATA_BYTES} bytes, data ${MAX_DATA_BYTES} bytes,`,
        `a request ${MAX_REQUEST_BYTES} bytes.`,
      ].join('\n'),
    },
    servers: [{ url: '/' }],
  });
}
