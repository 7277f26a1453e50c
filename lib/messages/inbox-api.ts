import { isoTime } from '../common/clock';
import { type Api, ok } from '../http/app';
import type { Service } from '../table/service';
import { acknowledge, acknowledgeAll } from './acknowledge';
import { waitForInbox } from './inbox';
import type { inboxRoutes } from './inbox-routes';
import { viewInboxMessage } from './message';

export const inboxApi = (service: Service): Api<typeof inboxRoutes> => ({
  list: async ({ caller, query: { wait = 0, unacknowledged, ...rest } }) => {
    const filter = { ...rest, unacknowledged: unacknowledged === 'true' };
    const { items, nextCursor } = await waitForInbox(service, caller.agentId, filter, wait * 1_000);
    return ok({ items: items.map(viewInboxMessage), nextCursor });
  },
  acknowledge: async ({ caller, params: { messageId }, body: { data } }) => {
    const { message, repeated, data: recorded } = await acknowledge(service, caller.agentId, messageId, data);
    return ok({ ...viewInboxMessage(message), repeated, ...(recorded !== undefined && { data: recorded }) });
  },
  acknowledgeAll: async ({ caller, body }) => {
    const { recorded, notFound } = await acknowledgeAll(service, caller.agentId, body);
    const items = recorded.map(({ message, atMs, repeated }) => ({
      messageId: message.id,
      acknowledgedAt: isoTime(atMs),
      repeated,
    }));
    return ok({ items, notFound });
  },
});
