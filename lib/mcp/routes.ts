import * as z from 'zod';
import { answerSchema } from '../http/answers';
import { authenticatedRoute } from '../http/route';

const messageSchema = answerSchema(() => z.looseObject({ jsonrpc: z.literal('2.0') }));

const refusal = (description: string) => ({ description, schema: messageSchema() });

export const mcpRoutes = {
  call: authenticatedRoute({
    method: 'post',
    path: '/mcp',
    operationId: 'callMcp',
    summary: 'Model Context Protocol: send one JSON-RPC message, of revision 2026-07-28 or an earlier one',
    tags: ['Model Context Protocol'],
    answers: () => ({
      200: { description: 'The response of JSON-RPC 2.0, which may be an error.', schema: messageSchema() },
      202: { description: 'A notification was accepted.' },
      400: refusal('Not a message, or one that its headers contradict.'),
      403: refusal('The `Origin` is not allowed.'),
      404: refusal('The method does not exist.'),
      406: refusal('The response would have no acceptable type.'),
      413: refusal('The message is too large.'),
      415: refusal('The message is not `application/json`.'),
    }),
  }),
};
