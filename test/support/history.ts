import type { ArrivalAnswer } from '../../lib/sync-points/arrive';
import { MusterError } from '../../lib/errors/muster-error';
import type { EventType } from '../../lib/events/event';
import { decisionOf } from '../../lib/rosters/decision';
import { arrivalsInOrder, type SyncPointStatus, viewSyncPoint } from '../../lib/sync-points/sync-point';
import { loadSyncPoint } from '../../lib/sync-points/sync-point-repository';
import { eventsPartition } from '../../lib/table/keys';
import { scanAll } from './test-table';
import type { World } from './world';

/** What everybody who looks later finds of a sync point: pages, header, events and inboxes. */
export interface History {
  readonly status: SyncPointStatus;
  readonly headerStatus: SyncPointStatus;
  readonly endedBy: string | null;
  readonly deadline: string | null;
  readonly headerDeadlineMs: number | null;
  readonly participants: readonly string[];
  readonly arrived: readonly string[];
  /** In the order of the log. */
  readonly events: readonly { type: EventType; agentId: string; details: Record<string, unknown>; timestamp: number }[];
  /** Types of the messages about this sync point, by inbox. */
  readonly inboxes: ReadonlyMap<string, readonly string[]>;
}

/** Of every id. One scan: the rounds of a race share a table. */
export async function readHistories(world: World, ids: readonly string[]): Promise<Map<string, History>> {
  const items = await scanAll(world.table);
  const histories = new Map<string, History>();
  for (const id of ids) {
    const syncPoint = await loadSyncPoint(world.table, id);
    if (!syncPoint) throw new Error(`sync point ${id} is gone`);
    const inboxes = new Map<string, string[]>();
    for (const item of items.filter(({ pk }) => String(pk).startsWith('INBOX#'))) {
      const content = JSON.parse(String(item['content'])) as { type: string; syncPointId: string };
      if (content.syncPointId !== id) continue;
      const owner = String(item['pk']).slice('INBOX#'.length);
      inboxes.set(owner, [...(inboxes.get(owner) ?? []), content.type]);
    }
    const view = viewSyncPoint(syncPoint);
    histories.set(id, {
      status: decisionOf(syncPoint.pages)?.ending ?? 'waiting',
      headerStatus: syncPoint.header.status,
      endedBy: view.endedBy,
      deadline: view.deadline,
      headerDeadlineMs: syncPoint.header.deadlineMs,
      participants: syncPoint.participants,
      arrived: arrivalsInOrder(syncPoint.pages).map((arrival) => arrival.agentId),
      events: items
        .filter(({ pk }) => pk === eventsPartition('SP', id))
        .sort((one, other) => (String(one['sk']) < String(other['sk']) ? -1 : 1)) as unknown as History['events'],
      inboxes,
    });
  }
  return histories;
}

const ENDINGS: Readonly<Record<string, EventType>> = {
  completed: 'SYNC_POINT_COMPLETED',
  cancelled: 'SYNC_POINT_CANCELLED',
  expired: 'SYNC_POINT_EXPIRED',
};

/**
 * What may never be, as sentences; none when all is well. `answered` is what each agent was told by its arrival.
 * @param clocks `skewed`: racers' clocks are seconds apart, so that the log, which goes by time, need not end with the end.
 */
export function contradictions(
  history: History,
  answered: ReadonlyMap<string, PromiseSettledResult<ArrivalAnswer>>,
  clocks: 'alike' | 'skewed' = 'alike',
): string[] {
  const found: string[] = [];
  const must = (holds: boolean, sentence: string): void => {
    if (!holds) found.push(sentence);
  };
  const { status, events, arrived, participants } = history;

  must(history.headerStatus === status, `the header says ${history.headerStatus}, the pages say ${status}`);
  const endings = events.filter((event) => Object.values(ENDINGS).includes(event.type)).map((event) => event.type);
  const expected = status === 'waiting' ? [] : [ENDINGS[status]];
  must(JSON.stringify(endings) === JSON.stringify(expected), `events say ${endings.join()} of ${status}`);
  must(
    events.filter((event) => event.type === 'SYNC_POINT_CREATED').length === 1,
    'there is not exactly one SYNC_POINT_CREATED',
  );
  const arrivalEvents = events.filter((event) => event.type === 'AGENT_ARRIVED').map((event) => event.agentId);
  must(
    JSON.stringify([...arrivalEvents].sort()) === JSON.stringify([...arrived].sort()),
    `events of arrivals of ${arrivalEvents.join()}, but ${arrived.join()} arrived`,
  );
  const last = events.at(-1)?.type;
  must(status === 'waiting' || clocks === 'skewed' || last === ENDINGS[status], `the last event is ${last ?? 'none'}`);

  for (const recipient of new Set([...participants, 'creator'])) {
    const told = (history.inboxes.get(recipient) ?? []).filter((type) => type !== 'SYNC_POINT_NOTIFICATION');
    must(JSON.stringify(told) === JSON.stringify(expected), `${recipient} was told ${told.join()} of ${status}`);
  }
  if (status === 'completed' && history.endedBy === 'system') {
    must(arrived.length === participants.length, `completed although only ${arrived.join()} arrived`);
  }
  if (arrived.length === participants.length) must(status === 'completed', `everyone arrived, but it is ${status}`);

  for (const [agentId, answer] of answered) {
    const accepted = arrived.includes(agentId);
    if (answer.status === 'fulfilled') must(accepted, `${agentId} was told it arrived, but it did not`);
    else if (answer.reason instanceof MusterError && !answer.reason.retryable) {
      must(!accepted, `${agentId} was refused (${answer.reason.code}), but it arrived`);
      must(answer.reason.status === 409, `${agentId} was refused with ${answer.reason.code}`);
    } else must(false, `${agentId} met ${String(answer.reason)}`);
  }
  return found;
}
