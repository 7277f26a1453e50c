import { type Api, created, ok } from '../http/app';
import type { messageRoutes } from './routes';
import { type MessageService, readSentMessage, sendMessage, viewSentMessage } from './send';

export const messageApi = (service: MessageService): Api<typeof messageRoutes> => ({
  send: async ({ caller, body, headers }) => {
    const message = await sendMessage(service, caller, body, headers['idempotency-key']);
    return created(await viewSentMessage(service, message), `/v1/messages/${message.id}`);
  },
  get: async ({ caller, params }) => {
    const message = await readSentMessage(service, caller, params.id);
    return ok(await viewSentMessage(service, message));
  },
});
