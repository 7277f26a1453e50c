import { describe, expect, jest, test } from '@jest/globals';
import { dispatchChange } from '../../lib/dispatcher/dispatch-change';
import { pageIndexOf } from '../../lib/rosters/page';
import { createTracker } from '../../lib/progress-trackers/create-tracker';
import { DISPATCHED_SORT_KEY_PREFIXES } from '../../lib/table/keys';
import {
  doToSyncPoint,
  doToTracker,
  operationsOf,
  type SyncPointDeed,
  syncPointActOf,
  type Told,
  type TrackerDeed,
} from '../support/acts';
import { exploreInterleavings, type Performed } from '../support/interleavings';
import { checkLinearizable } from '../support/linearizability';
import { createMemoryTable, type MemoryTable } from '../support/memory-table';
import { smallSyncPoint } from '../support/small-pages';
import { type SyncPointTold, syncPointModel } from '../support/sync-point-model';

jest.setTimeout(300_000);
const START = Date.parse('2026-03-01T12:00:00.000Z');
const DEADLINE = START + 10_000;
const before = DEADLINE - 1;

const arrives = (who: string, atMs = before): SyncPointDeed => ({ kind: 'arrive', who, atMs });
const cancels: SyncPointDeed = { kind: 'cancel', atMs: before };
const completes: SyncPointDeed = { kind: 'complete', atMs: before };
const looks = (atMs: number): SyncPointDeed => ({ kind: 'look', atMs });
const moves = (deadlineMs: number): SyncPointDeed => ({ kind: 'move', deadlineMs, atMs: before });

const PARTICIPANTS = ['a', 'b', 'c'];
test.each<[string, SyncPointDeed[][]]>([
  ['cancel and complete', [[arrives('a')], [arrives('b')], [arrives('c')], [cancels], [completes]]],
])('count: %s', async (_name, plot) => {
  const { items, shape } = smallSyncPoint({ id: 'p', pageCount: 2, participants: PARTICIPANTS, deadlineMs: DEADLINE }, START);
  const began = Date.now();
  const explored = await exploreInterleavings<Told<SyncPointTold>>(
    () => {
      const table = createMemoryTable();
      for (const item of items) table.place(item);
      return { table, racers: plot.map((deeds) => ({ acts: deeds.map((deed) => () => doToSyncPoint(table, 'p', deed, new Map([['p', shape]]))) })) };
    },
    async () => { await Promise.resolve(); },
    Number(process.env['MOST'] ?? 20_000),
  );
  console.log(explored, Date.now() - began);
});
