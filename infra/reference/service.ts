import * as z from 'zod';
import type { eventRoutes } from '../../lib/events/routes';
import type { ReferenceOf } from '../../lib/http/openapi';
import type { publicRoutes } from '../../lib/http/public-routes';
import { jsonBody } from '../../lib/http/route';
import type { mcpRoutes } from '../../lib/mcp/routes';

export const eventReference: ReferenceOf<typeof eventRoutes> = {
  list: {
    description: `The audit log of the whole service, for admins. All filters apply together; \`type\` may be repeated. To follow it,
ask again with \`since\` at the time of the last event; its \`id\` tells a repeat. An event is listed a moment after its
change.

For one sync point or progress tracker, \`GET …/{id}/events\` is cheaper, and open to those related to it. To react to
events, use the event bus or the topic instead of asking again and again.`,
    errors: ['auth.forbidden'],
  },
};

const jsonRpcMessage = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.int()]).optional().meta({ description: 'Absent in a notification, which has no answer.' }),
  method: z.string().optional().meta({ example: 'tools/call' }),
  params: z.looseObject({}).optional(),
});

export const mcpReference: ReferenceOf<typeof mcpRoutes> = {
  call: {
    description: `The operations of this API as tools for language models, with the same token and the same rights. Clients of the
protocol call it for you: give them this URL and the header \`Authorization\`.

A client that repeats a request sends the same \`Idempotency-Key\` with it, so that nothing is created or sent twice. Of
revision 2026-07-28 on, the headers \`MCP-Protocol-Version\`, \`Mcp-Method\` and \`Mcp-Name\` repeat what the message says;
before, only the first.

There are no sessions and no streams. One request carries one JSON-RPC message, and the response is JSON. An error of a
tool is a result of JSON-RPC with status 200. A wait takes at most 20 seconds, or becomes a task for clients that take
tasks.`,
    body: jsonBody(jsonRpcMessage),
  },
};

export const publicReference: ReferenceOf<typeof publicRoutes> = {
  health: {
    description: `200 as soon as the service serves requests. It does not read the database, so it is cheap, and says nothing of the
load. Needs no token.`,
  },
  openApi: { description: 'The document from which this page is made, for code generators and other programs.' },
  errors: {
    description:
      'Every code with its status, when it occurs and what to do. The `type` of a problem document leads to its explanation.',
  },
  llms: { description: 'A short Markdown text about the service, with links (see https://llmstxt.org).' },
};
