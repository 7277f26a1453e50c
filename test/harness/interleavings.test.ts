import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import type { KnownRoster } from '../../lib/rosters/service';
import type { Table } from '../../lib/table/table';
import { doToSyncPoint, type SyncPointDeed } from '../support/acts';
import { exploreInterleavings, type Performed, runInOrder } from '../support/interleavings';
import { createMemoryTable, type MemoryTable, plain } from '../support/memory-table';
import type { Racer } from '../support/racer';
import { smallSyncPoint } from '../support/small-pages';

const KEY = { pk: 'COUNTER', sk: 'COUNTER' };

/** Reads, adds one, and writes without a condition. */
const addsOne = async ({ client, name }: Table): Promise<string> => {
  const { Item } = await client.send(new GetCommand({ TableName: name, Key: KEY }));
  await client.send(new PutCommand({ TableName: name, Item: { ...KEY, count: Number(Item?.['count']) + 1 } }));
  return 'done';
};

function tableOf(items: readonly Record<string, unknown>[]): MemoryTable {
  const table = createMemoryTable();
  for (const item of items) table.place(item);
  return table;
}

const countIn = (table: MemoryTable): Promise<number> => Promise.resolve(Number(table.items()[0]?.['count']));
const counter = [{ ...KEY, count: 0 }];

test('every order is gone through: 3 racers of 2 requests have 6! / 2!³ of them', async () => {
  const counts = new Set<number>();
  const { orders } = await exploreInterleavings(tableOf, counter, [[addsOne], [addsOne], [addsOne]], {
    settle: countIn,
    faults: (count) => {
      counts.add(count);
      return [];
    },
  });
  expect(orders).toBe(90);
  expect([...counts].sort()).toEqual([1, 2, 3]);
});

test('an order that is wrong is told: a lost update', async () => {
  const explored = exploreInterleavings(tableOf, counter, [[addsOne], [addsOne]], {
    settle: countIn,
    faults: (count) => (count === 2 ? [] : [`it is ${count}`]),
  });
  await expect(explored).rejects.toThrow(
    ['it is 1', 'after', '0: Get', '1: Get', '0: Put', '1: Put'].join('\n').replace(/Get/g, 'Get COUNTER COUNTER'),
  );
});

test('a racer whose requests do not follow from its answers is refused', async () => {
  let calls = 0;
  const moody = ({ client, name }: Table): Promise<unknown> =>
    client.send(new PutCommand({ TableName: name, Item: { ...KEY, count: ++calls } }));
  const explored = exploreInterleavings(tableOf, counter, [[moody], [addsOne]], {
    settle: countIn,
    faults: () => [],
  });
  await expect(explored).rejects.toThrow('what it does is not determined');
});

const START = Date.parse('2026-03-01T12:00:00.000Z');
const arrives = (who: string): SyncPointDeed => ({ kind: 'arrive', who, atMs: START });
const fails: SyncPointDeed = { kind: 'fail', who: 'b', atMs: START };
const cancels: SyncPointDeed = { kind: 'cancel', atMs: START };
const looks: SyncPointDeed = { kind: 'look', atMs: START };

// Each order is played from the beginning here, so these are few enough of them.
test.each<[string, readonly (readonly SyncPointDeed[])[]]>([
  ['an arrival and a cancel', [[arrives('a')], [cancels]]],
  ['an arrival and a failure', [[arrives('a')], [fails]]],
  ['an arrival, a cancel and a reader', [[arrives('a')], [cancels], [looks]]],
  ['two arrivals, of which one looks afterwards, and a reader', [[arrives('a'), looks], [arrives('b')], [looks]]],
])('the walk over states comes to the same ends as playing every order: %s', async (_name, plot) => {
  const { shape, items } = smallSyncPoint({ id: 'p', pageCount: 2, participants: ['a', 'b', 'c'] }, START);
  const known: KnownRoster = {
    ...shape,
    rule: { quorum: null, endWhen: 'decided', creatorDecides: false },
    terms: { deadlineMs: null, totalSteps: null },
  };
  const racers = plot.map((deeds) =>
    deeds.map((deed) => (table: Table) => doToSyncPoint(table, 'p', deed, new Map([['p', known]]))),
  );
  const endOf = (items: unknown, performed: readonly Performed<unknown>[]): string =>
    JSON.stringify([plain(items), [...performed].sort((one, other) => one.racer - other.racer || one.act - other.act)]);

  const walked = new Set<string>();
  const { orders } = await exploreInterleavings(tableOf, items, racers, {
    settle: (table) => Promise.resolve(table.items()),
    faults: (left, performed) => {
      walked.add(endOf(left, performed));
      return [];
    },
  });
  const played = await playEveryOrder(
    () => tableOf(items),
    racers,
    (table, performed) => endOf(table.items(), performed),
  );
  expect(orders).toBe(played.orders);
  expect([...walked].sort()).toEqual([...new Set(played.ends)].sort());
});

async function playEveryOrder<Told>(
  newTable: () => MemoryTable,
  racers: readonly Racer<Told>[],
  endOf: (table: MemoryTable, performed: readonly Performed<Told>[]) => string,
): Promise<{ orders: number; ends: string[] }> {
  const ends: string[] = [];
  // Counts up like an odometer whose wheels are the choices: the last one that has a next takes it.
  let prefix: number[] = [];
  for (;;) {
    const taken: { choice: number; of: number }[] = [];
    const table = newTable();
    const { performed } = await runInOrder(table, racers, (of) => {
      const choice = prefix[taken.length] ?? 0;
      taken.push({ choice, of });
      return choice;
    });
    ends.push(endOf(table, performed));
    const last = taken.findLastIndex(({ choice, of }) => choice + 1 < of);
    if (last < 0) return { orders: ends.length, ends };
    prefix = [...taken.slice(0, last).map(({ choice }) => choice), (taken[last]?.choice ?? 0) + 1];
  }
}
