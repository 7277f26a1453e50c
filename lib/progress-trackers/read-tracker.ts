import { setTimeout as delay } from 'node:timers/promises';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Caller } from '../agents/caller';
import type { Clock } from '../clock';
import { MusterError } from '../errors/muster-error';
import { nextPollMs } from '../poll-interval';
import { isRelated, type Relation, relationTo } from '../rosters/relation';
import { overallKey } from '../table/keys';
import type { Table } from '../table/table';
import type { Overall, Tracker } from './progress-tracker';
import { settleTracker } from './settle-tracker';
import { overallFromItem } from './tracker-expressions';
import { loadTracker } from './tracker-repository';

export const trackerNotFound = (id: string): MusterError =>
  new MusterError('progress-tracker.not-found', `There is no progress tracker "${id}" that you are related to.`);

/** @throws MusterError `progress-tracker.not-found` also for callers without a relation. */
export async function readTracker(
  table: Table,
  now: Clock,
  caller: Caller,
  id: string,
): Promise<{ tracker: Tracker; relation: Relation }> {
  const loaded = await loadTracker(table, id);
  if (!loaded) throw trackerNotFound(id);
  const relation = relationTo(loaded.header.createdBy, loaded.participants.includes(caller.agentId), caller);
  if (!isRelated(relation)) throw trackerNotFound(id);
  const tracker = await settleTracker(table, loaded, now());
  if (!tracker) throw trackerNotFound(id);
  return { tracker, relation };
}

/** The overall item alone: 1 read unit, half when a moment's delay does no harm. */
export async function readOverall(table: Table, id: string, options: { consistent: boolean }): Promise<Overall | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: overallKey(id), ConsistentRead: options.consistent }),
  );
  return Item ? overallFromItem(Item) : null;
}

/**
 * Waits until status or overall step change or the time is up, and answers the tracker as it then is. Looks at the
 * overall item only, 1 read unit a look: both stand there.
 */
export async function waitForChange(
  table: Table,
  now: Clock,
  caller: Caller,
  tracker: Tracker,
  waitMs: number,
): Promise<Tracker> {
  const untilMs = now() + waitMs;
  const { id } = tracker.header;
  if (waitMs <= 0 || tracker.overall.closing) return tracker;
  for (let pollMs = nextPollMs(); now() < untilMs; pollMs = nextPollMs(pollMs)) {
    await delay(Math.min(pollMs, untilMs - now()));
    const overall = await readOverall(table, id, { consistent: true });
    if (!overall) throw trackerNotFound(id);
    if (overall.closing ?? overall.record.step !== tracker.overall.record.step) break;
  }
  return (await readTracker(table, now, caller, id)).tracker;
}
