import { requireAdmin } from '../http/caller';
import { type Api, ok } from '../http/app';
import type { Service } from '../table/service';
import { viewEvent } from './event';
import { readFeed } from './feed';
import type { eventRoutes } from './routes';

export const eventApi = ({ table }: Service): Api<typeof eventRoutes> => ({
  list: async ({ caller, query: { since, order, ...filter } }) => {
    requireAdmin(caller);
    const { items, nextCursor } = await readFeed(table, {
      ...filter,
      sinceMs: since === undefined ? undefined : Date.parse(since),
      newestFirst: order === 'newest',
    });
    return ok({ items: items.map(viewEvent), nextCursor });
  },
});
