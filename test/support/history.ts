import { MusterError } from '../../lib/common/errors';
import type { EventType } from '../../lib/events/event';
import { decisionOf } from '../../lib/rosters/decision';
import { viewSyncPoint } from '../../lib/sync-points/sync-point';
import { eventsPartition } from '../../lib/table/keys';
import { scanAll } from './test-table';
import type { World } from './world';
import { arrivedAt, loadSyncPoint, type ArrivalAnswer, type SyncPointStatus } from './operations';
import { impliedBy, type Outcome } from './sync-point-model';

/** What everybody who looks later finds of a sync point: pages, header, events and inboxes. */
export interface History {
  readonly status: SyncPointStatus;
  readonly headerStatus: SyncPointStatus;
  readonly endedBy: string | null;
  readonly deadline: string | null;
  readonly headerDeadlineMs: number | null;
  readonly participants: readonly string[];
  readonly arrived: readonly string[];
  readonly failed: readonly string[];
  readonly excused: readonly string[];
  readonly quorum: number | null;
  readonly endWhen: 'decided' | 'everyone';
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
      headerStatus: syncPoint.header.status === 'open' ? 'waiting' : syncPoint.header.status,
      endedBy: view.endedBy,
      deadline: view.deadline,
      headerDeadlineMs: syncPoint.header.terms.deadlineMs,
      participants: syncPoint.participants,
      arrived: arrivedAt(syncPoint),
      failed: view.failedParticipants,
      excused: view.excusedParticipants,
      quorum: view.quorum,
      endWhen: view.endWhen,
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
  failed: 'SYNC_POINT_FAILED',
  cancelled: 'SYNC_POINT_CANCELLED',
  expired: 'SYNC_POINT_EXPIRED',
};

const BEFORE_THE_END: ReadonlySet<string> = new Set([
  'SYNC_POINT_NOTIFICATION',
  'SYNC_POINT_DEADLINE_CHANGED',
  'SYNC_POINT_DEADLINE_NEAR',
  'AGENT_FAILED',
]);

/**
 * What may never be, as sentences; none when all is well. `answered` is what each agent was told by its arrival.
 * @param clocks `skewed`: racers' clocks are seconds apart, so that the log, which goes by time, need not end with the
 * end.
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
  const { status, events, arrived, failed, excused, participants } = history;

  must(history.headerStatus === status, `the header says ${history.headerStatus}, the pages say ${status}`);
  const endings = events.filter((event) => Object.values(ENDINGS).includes(event.type)).map((event) => event.type);
  const expected = status === 'waiting' ? [] : [ENDINGS[status]];
  must(JSON.stringify(endings) === JSON.stringify(expected), `events say ${endings.join()} of ${status}`);
  must(
    events.filter((event) => event.type === 'SYNC_POINT_CREATED').length === 1,
    'there is not exactly one SYNC_POINT_CREATED',
  );
  const outcomeEvents = [
    ['AGENT_ARRIVED', arrived],
    ['AGENT_FAILED', failed],
    ['AGENT_EXCUSED', excused],
  ] as const;
  for (const [type, agents] of outcomeEvents) {
    const told = events
      .filter((event) => event.type === type)
      .map(({ agentId, details: { agentId: concerned } }) => (typeof concerned === 'string' ? concerned : agentId));
    must(
      JSON.stringify([...told].sort()) === JSON.stringify([...agents].sort()),
      `${type} of ${told.join()}, but it is true of ${agents.join()}`,
    );
  }
  const last = events.at(-1)?.type;
  must(status === 'waiting' || clocks === 'skewed' || last === ENDINGS[status], `the last event is ${last ?? 'none'}`);

  const moves = events.filter((event) => event.type === 'SYNC_POINT_DEADLINE_CHANGED').length;
  // A failure that is not itself the ending is told to the creator.
  const failuresTold = history.quorum !== null || history.endWhen === 'everyone' ? failed.length : 0;
  for (const recipient of new Set([...participants, 'creator'])) {
    const inbox = history.inboxes.get(recipient) ?? [];
    const told = inbox.filter((type) => !BEFORE_THE_END.has(type));
    must(JSON.stringify(told) === JSON.stringify(expected), `${recipient} was told ${told.join()} of ${status}`);
    const times = (type: string): number => inbox.filter((one) => one === type).length;
    must(
      times('SYNC_POINT_NOTIFICATION') === Number(participants.includes(recipient)),
      `${recipient} was told of the creation ${times('SYNC_POINT_NOTIFICATION')} times`,
    );
    must(
      times('AGENT_FAILED') === (recipient === 'creator' ? failuresTold : 0),
      `${recipient} was told of ${times('AGENT_FAILED')} failures`,
    );
    must(times('SYNC_POINT_DEADLINE_CHANGED') <= moves, `${recipient} was told of more than ${moves} moves`);
  }
  found.push(...wrongEnding(history));

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

/** What is wrong of the status by who has arrived, failed and been excused. */
export function wrongEnding({
  status,
  endedBy,
  participants,
  quorum,
  endWhen,
  ...who
}: Pick<History, 'status' | 'endedBy' | 'participants' | 'quorum' | 'endWhen' | Outcome>): string[] {
  const outcomes = (['arrived', 'failed', 'excused'] as const).flatMap((outcome): Outcome[] =>
    who[outcome].map(() => outcome),
  );
  const implied = impliedBy(outcomes, participants.length, quorum);
  const counts = `${who.arrived.length} arrived, ${who.failed.length} failed, ${who.excused.length} excused`;
  if (status === 'waiting') {
    const isOver = implied !== null && (endWhen === 'decided' || outcomes.length === participants.length);
    return isOver ? [`it is waiting with ${counts}`] : [];
  }
  const byHand = endedBy !== 'system';
  const isRight = byHand ? endWhen === 'everyone' || implied !== 'completed' : status === (implied ?? 'expired');
  return isRight ? [] : [`${status} by ${String(endedBy)} with ${counts}`];
}
