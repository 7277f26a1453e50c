import { type Api, ok } from '../http/app';
import type { Service } from '../table/service';
import { acknowledge, waitForInbox } from './inbox';
import type { inboxRoutes } from './inbox-routes';
import { viewInboxMessage } from './message';

export const inboxApi = (service: Service): Api<typeof inboxRoutes> => ({
  list: async ({ caller, query: { wait = 0, unacknowledged, ...rest } }) => {
    const filter = { ...rest, unacknowledged: unacknowledged === 'true' };
    const { items, nextCursor } = await waitForInbox(service, caller.agentId, filter, wait * 1_000);
    return ok({ items: items.map(viewInboxMessage), nextCursor });
  },
  acknowledge: async ({ caller, params }) =>
    ok(viewInboxMessage(await acknowledge(service, caller.agentId, params.messageId))),
});
