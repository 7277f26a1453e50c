/** The operations of the API on a table and a clock, as the handlers call them. */
import type { Caller } from '../../lib/http/caller';
import type { MessageService } from '../../lib/messages/send';
import { createRoster } from '../../lib/rosters/create';
import type { Details } from '../../lib/rosters/details';
import { newDeadline } from '../../lib/rosters/deadline';
import { endByHand, moveTerms } from '../../lib/rosters/end';
import { excuse, recordOwnOutcome, viewRecorded } from '../../lib/rosters/outcomes';
import { readRoster, waitForRoster } from '../../lib/rosters/read';
import { rosterReader } from '../../lib/rosters/recipients';
import type { Roster, RosterStatus } from '../../lib/rosters/roster';
import { loadRoster, withOutcome } from '../../lib/rosters/roster';
import type { RosterCache, RosterService } from '../../lib/rosters/service';
import type { CreateSyncPoint, SyncPointView } from '../../lib/sync-points/routes';
import { rulesOf, viewSyncPoint } from '../../lib/sync-points/sync-point';
import type { Service } from '../../lib/table/service';
import type { Table } from '../../lib/table/table';
import { reportProgress as report } from '../../lib/trackers/report';
import type { CreateTracker, ReportProgress, TrackerView } from '../../lib/trackers/routes';
import { rulesOf as trackerRulesOf, viewTracker } from '../../lib/trackers/tracker';

/** `rosters`: what a container remembers; nothing unless given. */
export type Container = Service & { readonly rosters?: RosterCache };
type EndingByHand = { readonly as: 'cancelled' | 'completed' | 'failed'; readonly reason?: string };
type Given = { readonly deadline?: string | null; readonly deadlineSeconds?: number };

export const syncPointService = ({ table, now, rosters = new Map() }: Container): RosterService<'SP'> => ({
  ...{ table, now, rosters },
  kind: 'SP',
  view: viewSyncPoint,
});
export const trackerService = ({ table, now, rosters = new Map() }: Container): RosterService<'PT'> => ({
  ...{ table, now, rosters },
  kind: 'PT',
  view: (roster) => viewTracker(roster, now(), null),
});

export const messageService = ({ table, now }: Container): MessageService => ({
  ...{ table, now },
  messageDays: 30,
  rosterReader: rosterReader(table),
});

export async function createSyncPoint(
  container: Container,
  caller: Caller,
  input: CreateSyncPoint,
  key?: string,
): Promise<{ repeated: boolean; syncPoint: SyncPointView & { warnings?: unknown } }> {
  const service = syncPointService(container);
  const { repeated, roster, warnings } = await createRoster(service, caller, { input, key }, rulesOf(input));
  return { repeated, syncPoint: { ...viewSyncPoint(roster), ...(warnings.length > 0 && { warnings }) } };
}

export type ArrivalAnswer = Awaited<ReturnType<typeof arrive>>;

export async function arrive(container: Container, caller: Caller, id: string, data?: unknown) {
  const service = syncPointService(container);
  const recorded = await recordOwnOutcome(service, caller, id, { outcome: 'arrived', details: { data } });
  return viewRecorded(service, id, 'arrived', recorded);
}

export async function failAt(container: Container, caller: Caller, id: string, details: Details = {}) {
  const service = syncPointService(container);
  return viewRecorded(
    service,
    id,
    'failed',
    await recordOwnOutcome(service, caller, id, { outcome: 'failed', details }),
  );
}

export async function excuseFrom(container: Container, caller: Caller, id: string, agentId: string, reason?: string) {
  const service = syncPointService(container);
  return viewRecorded(service, id, 'excused', await excuse(service, caller, id, { agentId, reason }));
}

export const endSyncPoint = (container: Container, caller: Caller, id: string, ending: EndingByHand): Promise<Roster> =>
  endByHand(syncPointService(container), caller, id, ending);

export const moveDeadline = (container: Container, caller: Caller, id: string, given: Given): Promise<Roster> =>
  moveTerms(syncPointService(container), caller, id, (_roster, nowMs) => ({ deadlineMs: newDeadline(given, nowMs) }));

export async function readSyncPoint(container: Container, caller: Caller, id: string) {
  const { roster, relation } = await readRoster(syncPointService(container), caller, id);
  return { syncPoint: roster, relation };
}

export const waitForEnd = (service: Service, roster: Roster, waitMs: number): Promise<Roster> =>
  waitForRoster(service, roster, { waitMs });

export const loadSyncPoint = (table: Table, id: string): Promise<Roster | null> =>
  loadRoster(table, { kind: 'SP', id });
export const loadTracker = (table: Table, id: string): Promise<Roster | null> => loadRoster(table, { kind: 'PT', id });

export type SyncPointStatus = RosterStatus<'SP'>;

/** Ids in order of arrival. */
export const arrivedAt = (roster: Roster): string[] => withOutcome(roster, 'arrived').map(({ agentId }) => agentId);

export async function createTracker(
  container: Container,
  caller: Caller,
  input: CreateTracker,
  key?: string,
): Promise<{ repeated: boolean; progressTracker: TrackerView & { warnings?: unknown } }> {
  const service = trackerService(container);
  const { repeated, roster, warnings } = await createRoster(service, caller, { input, key }, trackerRulesOf(input));
  const view = viewTracker(roster, container.now(), null);
  return { repeated, progressTracker: { ...view, ...(warnings.length > 0 && { warnings }) } };
}

export const reportProgress = (container: Container, caller: Caller, id: string, input: ReportProgress) =>
  report(trackerService(container), caller, id, input);

export async function failTracker(container: Container, caller: Caller, id: string, details: Details = {}) {
  const service = trackerService(container);
  return viewRecorded(
    service,
    id,
    'failed',
    await recordOwnOutcome(service, caller, id, { outcome: 'failed', details }),
  );
}

export const endTracker = (container: Container, caller: Caller, id: string, ending: EndingByHand): Promise<Roster> =>
  endByHand(trackerService(container), caller, id, ending);

export async function readTracker(container: Container, caller: Caller, id: string) {
  const { roster, relation } = await readRoster(trackerService(container), caller, id);
  return { tracker: roster, relation };
}
