import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '../errors/muster-error';
import { allIndices } from '../rosters/roster-repository';
import { updateIf } from '../table/conditional-write';
import { overallKey, pageKey } from '../table/keys';
import { mapConcurrently, type Table } from '../table/table';
import { traced } from '../table/trace-attribute';
import { progressOf, type Tracker, type TrackerClosing } from './progress-tracker';
import { CLOSE_FINISHED_PAGE, closePageParams, closeUpdate } from './tracker-expressions';
import { stepPrefix } from './step-record';
import { loadTracker } from './tracker-repository';

/**
 * The ending of a tracker is decided by one conditional write on its overall item (by the creator's last step or a
 * cancel), or by one transaction over that item and all pages (when everyone has reached the total: someone may go
 * back at any moment, so all must be seen at once). After that the pages are closed, so that no report is accepted
 * once the ending has been answered. Whoever finds that unfinished goes on with it.
 */
const PAGES_IN_FLIGHT = 16;
const ATTEMPTS = 6;

/** Closes every page. 1 write unit per page; a repeat changes nothing. */
export async function closePages(
  table: Table,
  id: string,
  indices: readonly number[],
  as: TrackerClosing['as'],
): Promise<void> {
  await mapConcurrently(indices, PAGES_IN_FLIGHT, async (index) => {
    await updateIf(table, pageKey('PT', id, index), closePageParams(as));
  });
}

/** Whether everyone has reached the total and nobody has written the ending yet. */
export function everyoneFinished(tracker: Tracker): boolean {
  const { header, overall, pages } = tracker;
  if (header.completeWhen !== 'everyone' || overall.closing) return false;
  const creatorFinished = !tracker.participants.includes(header.createdBy) || overall.record.step >= header.totalSteps;
  return creatorFinished && pages.every((page) => page.remaining === 0);
}

/**
 * Brings a tracker to where it has to be: completes it when everyone has finished, and closes pages that were left
 * open. Costs nothing where nothing is left. null: retention removed it meanwhile.
 */
export async function settleTracker(table: Table, tracker: Tracker, nowMs: number): Promise<Tracker | null> {
  let current: Tracker | null = tracker;
  for (let attempt = 0; current && everyoneFinished(current) && attempt < ATTEMPTS; attempt++) {
    // Reports that were under way when the last one came conflict with the transaction for a moment.
    if (attempt > 0) await delay(Math.random() * 20 * 2 ** attempt);
    await tryToComplete(table, current, nowMs);
    current = await loadTracker(table, tracker.header.id);
  }
  if (current && everyoneFinished(current)) {
    throw new MusterError(
      'store.busy',
      `Everyone has finished progress tracker "${tracker.header.id}"; completing it is under way.`,
      {
        headers: { 'retry-after': '1' },
      },
    );
  }
  if (!current?.overall.closing) return current;
  const open = current.pages.filter((page) => !page.closed).map((page) => page.index);
  if (open.length === 0) return current;
  await closePages(table, tracker.header.id, open, current.overall.closing.as);
  return loadTracker(table, tracker.header.id);
}

/** One transaction: 2 write units per page and 2 for the overall item. Does nothing when it is not so any more. */
async function tryToComplete(table: Table, tracker: Tracker, nowMs: number): Promise<void> {
  const { header } = tracker;
  const [lastReporter] = [...progressOf(tracker)].sort(([, one], [, other]) => (other.atMs ?? 0) - (one.atMs ?? 0));
  const closing: TrackerClosing = {
    as: 'completed',
    atMs: nowMs,
    by: lastReporter?.[0] ?? header.createdBy,
    reason: null,
  };
  const { UpdateExpression, ExpressionAttributeValues } = traced(closeUpdate(closing));
  const creatorTakesPart = tracker.participants.includes(header.createdBy);
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName: table.name,
              Key: overallKey(header.id),
              UpdateExpression,
              ConditionExpression: `attribute_exists(pk) AND attribute_not_exists(closedAs)${creatorTakesPart ? ' AND #step >= :total' : ''}`,
              ExpressionAttributeValues: {
                ...ExpressionAttributeValues,
                ...(creatorTakesPart && { ':total': stepPrefix(header.totalSteps) }),
              },
              ...(creatorTakesPart && { ExpressionAttributeNames: { '#step': 'step' } }),
            },
          },
          ...allIndices(header.pageCount).map((index) => ({
            Update: { TableName: table.name, Key: pageKey('PT', header.id, index), ...CLOSE_FINISHED_PAGE },
          })),
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = new Set((error.CancellationReasons ?? []).map((reason) => reason.Code));
    if (!codes.has('ConditionalCheckFailed') && !codes.has('TransactionConflict')) throw error;
  }
}
