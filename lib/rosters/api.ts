import { viewEvent } from '../events/event';
import { listEvents } from '../events/store';
import { ok } from '../http/app';
import type { Caller } from '../http/caller';
import type { RosterKind } from '../table/keys';
import type { Details } from './details';
import { endByHand } from './end';
import { excuse, type Recorded, recordOwnOutcome, viewRecorded } from './outcomes';
import type { Ending } from './page';
import { readRoster } from './read';
import type { Roster } from './roster';
import type { RosterService } from './service';

/** A request to one sync point or tracker. */
interface ToOne {
  readonly caller: Caller;
  readonly params: { readonly id: string };
}

/** The handlers of rosterRoutes. */
export function rosterApi<Kind extends RosterKind, View>(
  service: RosterService<Kind>,
  view: (roster: Roster) => View | Promise<View>,
) {
  const { kind, table } = service;
  const statusOf = ({ repeated }: Recorded) => (repeated ? 200 : 201);
  const byHand =
    (as: Exclude<Ending, 'expired'>) =>
    async ({ caller, params, body: { reason } }: ToOne & { readonly body: { readonly reason?: string | undefined } }) =>
      ok(await view(await endByHand(service, caller, params.id, { as, reason })));
  return {
    fail: async ({ caller, params, body }: ToOne & { readonly body: Details }) => {
      const recorded = await recordOwnOutcome(service, caller, params.id, { outcome: 'failed', details: body });
      return { status: statusOf(recorded), body: viewRecorded(service, params.id, 'failed', recorded) } as const;
    },
    excuse: async ({ caller, params, body }: ToOne & { readonly body: Parameters<typeof excuse>[3] }) => {
      const recorded = await excuse(service, caller, params.id, body);
      return { status: statusOf(recorded), body: viewRecorded(service, params.id, 'excused', recorded) } as const;
    },
    complete: byHand('completed'),
    cancel: byHand('cancelled'),
    failByHand: byHand('failed'),
    listEvents: async ({ caller, params, query }: ToOne & { readonly query: Parameters<typeof listEvents>[2] }) => {
      const { roster } = await readRoster(service, caller, params.id);
      const { items, nextCursor } = await listEvents(table, { kind, ...roster.header }, query);
      return ok({ items: items.map(viewEvent), nextCursor });
    },
  };
}
