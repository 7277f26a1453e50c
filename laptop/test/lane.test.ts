import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { ShardProgress } from '../dynamodb-stream/checkpoint';
import { Lane, type LaneOptions, type LaneRecord } from '../dynamodb-stream/lane';

const NOW_MS = 1_800_000_000_000;
let abort: AbortController;
let batches: string[][];
let finished: string[];
let givenUp: string[];

beforeEach(() => {
  abort = new AbortController();
  batches = [];
  finished = [];
  givenUp = [];
});

afterEach(() => {
  abort.abort();
});

function lane(fails: (ids: readonly string[]) => readonly string[] | Error, options: Partial<LaneOptions> = {}): Lane {
  return new Lane({
    batchSize: 100,
    bisectOnError: true,
    reportsItemFailures: true,
    maxRetries: 2,
    maxRecordAgeMs: 60_000,
    firstRetryMs: 1,
    now: () => NOW_MS,
    signal: abort.signal,
    warn: () => undefined,
    invoke: (records) => {
      const ids = records.map(idOf);
      batches.push(ids);
      const failed = fails(ids);
      if (failed instanceof Error) return Promise.reject(failed);
      return Promise.resolve({ batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) });
    },
    giveUp: (records, condition, calls) => {
      givenUp.push(`${records.map(({ record }) => idOf(record)).join()} ${condition} ${calls}`);
      return Promise.resolve();
    },
    ...options,
  });
}

function record(id: string, ageMs = 0): LaneRecord {
  return {
    shardId: 'shard',
    finish: () => finished.push(id),
    record: { dynamodb: { SequenceNumber: id, ApproximateCreationDateTime: (NOW_MS - ageMs) / 1_000 } },
  };
}

const idOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? '';

async function work(target: Lane, ids: string): Promise<void> {
  for (const id of ids) target.push(record(id));
  await target.idle();
}

describe('a lane', () => {
  test('puts records that arrive together into one batch and finishes it', async () => {
    await work(
      lane(() => []),
      'abc',
    );
    expect(batches).toEqual([['a', 'b', 'c']]);
    expect(finished).toEqual(['a', 'b', 'c']);
  });

  test('retries from the lowest failed record and finishes the records before it', async () => {
    let failures = 1;
    await work(
      lane(() => (failures-- > 0 ? ['d', 'c'] : [])),
      'abcd',
    );
    expect(batches).toEqual([['a', 'b', 'c', 'd'], ['c'], ['d']]);
    expect(finished).toEqual(['a', 'b', 'c', 'd']);
  });

  test('bisects down to the record that makes the function throw, gives up only that record, and continues in order', async () => {
    await work(
      lane((ids) => (ids.includes('c') ? new Error('poison') : [])),
      'abcde',
    );
    expect(givenUp).toEqual(['c RetryAttemptsExhausted 3']);
    expect(finished).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(batches.filter((ids) => ids.join() === 'c')).toHaveLength(3);
  });

  test('gives up the whole batch if bisecting is off', async () => {
    await work(
      lane(() => new Error('x'), { bisectOnError: false }),
      'ab',
    );
    expect(givenUp).toEqual(['a,b RetryAttemptsExhausted 3']);
  });

  test('a function that does not report failures succeeds unless it throws', async () => {
    await work(
      lane(() => ['a'], { reportsItemFailures: false }),
      'ab',
    );
    expect(finished).toEqual(['a', 'b']);
  });

  test('an identifier that is not in the batch fails the whole batch', async () => {
    let failures = 1;
    await work(
      lane(() => (failures-- > 0 ? ['?'] : []), { bisectOnError: false }),
      'ab',
    );
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  test('a record that is too old is given up without a call', async () => {
    const target = lane(() => []);
    target.push(record('old', 60_001));
    target.push(record('new'));
    await target.idle();
    expect(givenUp).toEqual(['old RecordAgeExceeded 0']);
    expect(batches).toEqual([['new']]);
  });

  test('a record that keeps failing is given up by age if retries are unlimited', async () => {
    let now = NOW_MS;
    const target = lane(
      () => {
        now += 30_000;
        return new Error('x');
      },
      { maxRetries: -1, now: () => now },
    );
    await work(target, 'a');
    expect(givenUp).toEqual(['a RecordAgeExceeded 3']);
  });

  test('a stop leaves unfinished records unfinished', async () => {
    const target = lane(() => new Error('x'), { maxRetries: -1, firstRetryMs: 60_000 });
    target.push(record('a'));
    const idle = target.idle();
    abort.abort();
    await idle;
    expect(finished).toEqual([]);
  });
});

test('the position of a shard never passes an unfinished record', () => {
  const progress = new ShardProgress('0');
  const [one, two, three] = [progress.add('1'), progress.add('2'), progress.add('3')];
  two();
  expect(progress.state).toEqual({ after: '0' });
  one();
  expect(progress.state).toEqual({ after: '2' });
  progress.readToEnd = true;
  expect(progress.state).toEqual({ after: '2' });
  three();
  expect(progress.state).toEqual({ after: '3', ended: true });
});
