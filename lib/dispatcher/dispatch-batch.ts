/**
 * A batch of the stream, with what may be done only once for each of its records.
 *
 * Lambda delivers a batch again from the first record that is to come again, whatever became of those behind it. So all
 * records are dispatched, which may be repeated; counting and setting aside, which may not, is done in the order of the
 * stream and only in front of that record.
 *
 *     dispatched   hopeless    dispatched   throttled     dispatched   hopeless
 *     counted      set aside   counted      comes again   comes again  comes again
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
import type { DynamoDBRecord } from 'aws-lambda';
import type { Clock } from '../clock';
import { ageOf, mustBeSetAside } from './set-aside';

export interface BatchWork<Result> {
  readonly now: Clock;
  /** May be repeated. */
  readonly dispatch: (record: DynamoDBRecord) => Promise<Result>;
  /** For what was dispatched and doesn't come again. */
  readonly finish: (result: Result) => void;
  /** For what could not be dispatched and doesn't come again; if this fails too, it does. */
  readonly setAside: (record: DynamoDBRecord, error: unknown) => Promise<void>;
}

/** Answers the first record that is to come again, with all that are behind it; undefined when none is. */
export async function dispatchBatch<Result>(
  records: readonly DynamoDBRecord[],
  { now, dispatch, finish, setAside }: BatchWork<Result>,
): Promise<DynamoDBRecord | undefined> {
  const attempts = records.map(async (record) => ({
    record,
    outcome: (await Promise.allSettled([dispatch(record)]))[0],
  }));
  for (const { record, outcome } of await Promise.all(attempts)) {
    if (outcome.status === 'fulfilled') {
      finish(outcome.value);
    } else {
      if (!mustBeSetAside(outcome.reason, ageOf(record, now()))) return record;
      // One after the other: what is behind one that the queue doesn't take comes again.
      const [kept] = await Promise.allSettled([setAside(record, outcome.reason)]);
      if (kept.status === 'rejected') return record;
    }
  }
  return undefined;
}
