import { type Api, created, ok } from '../http/app';
import { rosterApi } from '../rosters/api';
import { createRoster } from '../rosters/create';
import { newDeadline } from '../rosters/deadline';
import { moveTerms } from '../rosters/end';
import { listRosters } from '../rosters/list';
import { listArrivals, listParticipants } from '../rosters/list-participants';
import { recordOwnOutcome, viewRecorded } from '../rosters/outcomes';
import { readRoster, waitForRoster } from '../rosters/read';
import type { RosterCache, RosterService } from '../rosters/service';
import type { Service } from '../table/service';
import type { syncPointRoutes } from './routes';
import { rulesOf, viewSyncPoint } from './sync-point';

export function syncPointApi(resources: Service & { readonly rosters: RosterCache }): Api<typeof syncPointRoutes> {
  const service: RosterService<'SP'> = { ...resources, kind: 'SP', view: viewSyncPoint };
  const { table } = service;
  return {
    ...rosterApi(service, viewSyncPoint),
    create: async ({ caller, body, headers }) => {
      const request = { input: body, key: headers['idempotency-key'] };
      const { repeated, roster, warnings } = await createRoster(service, caller, request, rulesOf(body));
      const view = { ...viewSyncPoint(roster), ...(warnings.length > 0 && { warnings: [...warnings] }) };
      return repeated ? ok(view) : created(view, `/v1/sync-points/${view.id}`);
    },
    list: async ({ caller, query }) => {
      const { items, nextCursor } = await listRosters(service, caller, query);
      return ok({ items: items.map(viewSyncPoint), nextCursor });
    },
    get: async ({ caller, params, query: { wait = 0, version } }) => {
      const { roster } = await readRoster(service, caller, params.id);
      return ok(viewSyncPoint(await waitForRoster(service, roster, { waitMs: wait * 1_000, version })));
    },
    move: async ({ caller, params, body }) =>
      ok(
        viewSyncPoint(
          await moveTerms(service, caller, params.id, (_roster, nowMs) => ({ deadlineMs: newDeadline(body, nowMs) })),
        ),
      ),
    arrive: async ({ caller, params, query: { wait }, body }) => {
      const recorded = await recordOwnOutcome(service, caller, params.id, { outcome: 'arrived', details: body });
      const arrival = viewRecorded(service, params.id, 'arrived', recorded);
      const status = arrival.repeated ? 200 : 201;
      if (wait === undefined) return { status, body: arrival };

      const { roster } = await readRoster(service, caller, params.id);
      const syncPoint = viewSyncPoint(await waitForRoster(service, roster, { waitMs: wait * 1_000 }));
      return { status, body: { ...arrival, status: syncPoint.status, syncPoint } };
    },
    listArrivals: async ({ caller, params, query }) =>
      ok(await listArrivals(table, (await readRoster(service, caller, params.id)).roster, query)),
    listParticipants: async ({ caller, params, query }) =>
      ok(await listParticipants(table, (await readRoster(service, caller, params.id)).roster, query, () => ({}))),
  };
}
