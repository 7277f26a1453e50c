import { mapConcurrently } from '../common/concurrency';
import { invalid } from '../common/errors';
import { type Api, created, ok } from '../http/app';
import { rosterApi } from '../rosters/api';
import { createRoster } from '../rosters/create';
import { newDeadline } from '../rosters/deadline';
import { moveTerms } from '../rosters/end';
import { listRosters } from '../rosters/list';
import { listParticipants } from '../rosters/list-participants';
import type { Terms } from '../rosters/page';
import { readRoster, waitForRoster } from '../rosters/read';
import type { Roster } from '../rosters/roster';
import type { RosterCache, RosterService } from '../rosters/service';
import type { Service } from '../table/service';
import { etaSeconds } from './eta';
import { listReports } from './list-reports';
import { reportProgress } from './report';
import type { ChangeTracker, trackerRoutes, TrackerView } from './routes';
import { reportersOf, rulesOf, viewProgress, viewTracker } from './tracker';

/** Each reads the log. */
const VIEWS_IN_FLIGHT = 8;

export function trackerApi(resources: Service & { readonly rosters: RosterCache }): Api<typeof trackerRoutes> {
  const { table, now } = resources;
  const service: RosterService<'PT'> = {
    ...resources,
    kind: 'PT',
    // Only of trackers that have ended.
    view: (roster) => viewTracker(roster, now(), null),
  };
  const view = async (roster: Roster): Promise<TrackerView> =>
    viewTracker(roster, now(), await etaSeconds(table, roster, now()));
  return {
    ...rosterApi(service, view),
    create: async ({ caller, body, headers }) => {
      const request = { input: body, key: headers['idempotency-key'] };
      const { repeated, roster, warnings } = await createRoster(service, caller, request, rulesOf(body));
      const tracker = { ...(await view(roster)), ...(warnings.length > 0 && { warnings: [...warnings] }) };
      return repeated ? ok(tracker) : created(tracker, `/v1/progress-trackers/${tracker.id}`);
    },
    list: async ({ caller, query }) => {
      const { items, nextCursor } = await listRosters(service, caller, query);
      return ok({ items: await mapConcurrently(items, VIEWS_IN_FLIGHT, view), nextCursor });
    },
    get: async ({ caller, params, query: { wait = 0, version } }) => {
      const { roster } = await readRoster(service, caller, params.id);
      return ok(await view(await waitForRoster(service, roster, { waitMs: wait * 1_000, version })));
    },
    change: async ({ caller, params, body }) =>
      ok(await view(await moveTerms(service, caller, params.id, (roster, nowMs) => changedTo(body, roster, nowMs)))),
    report: async ({ caller, params, body }) => ok(await reportProgress(service, caller, params.id, body)),
    listReports: async ({ caller, params, query }) =>
      ok(await listReports(table, (await readRoster(service, caller, params.id)).roster, query)),
    listParticipants: async ({ caller, params, query }) => {
      const { roster } = await readRoster(service, caller, params.id);
      return ok(await listParticipants(table, roster, query, viewProgress(roster)));
    },
  };
}

function changedTo(body: ChangeTracker, roster: Roster, nowMs: number): Partial<Terms> {
  const { deadline, deadlineSeconds, totalSteps } = body;
  const highest = Math.max(0, ...reportersOf(roster).map(({ step }) => step));
  if (totalSteps !== undefined && totalSteps < highest) {
    throw invalid('#/totalSteps', `must not be below ${highest}, the highest step reported; received ${totalSteps}`);
  }
  return {
    ...((deadline !== undefined || deadlineSeconds !== undefined) && { deadlineMs: newDeadline(body, nowMs) }),
    ...(totalSteps !== undefined && { totalSteps }),
  };
}
