import { agentWarnings } from '../agents/warnings';
import { type Api, created, ok } from '../http/app';
import type { messageRoutes } from './routes';
import { type MessageService, sendMessage } from './send';
import { listSentMessages, readRecipients, viewFirstRecipients } from './sent';
import { recipientIdsOf } from './store';

export const messageApi = (service: MessageService): Api<typeof messageRoutes> => ({
  send: async ({ caller, body, headers }) => {
    const message = await sendMessage(service, caller, body, headers['idempotency-key']);
    const recipientIds = await recipientIdsOf(service.rosterReader, message);
    const warnings = await agentWarnings(service, recipientIds, message.sentAtMs);
    const view = await viewFirstRecipients(service, message, recipientIds);
    return created({ ...view, ...(warnings.length > 0 && { warnings }) }, `/v1/messages/${message.id}`);
  },
  list: async ({ caller, query }) => ok(await listSentMessages(service, caller, query)),
  get: async ({ caller, params, query }) => ok(await readRecipients(service, caller, params.id, query)),
});
