import { doToSyncPoint } from './support/acts';
import { exploreInterleavings } from './support/interleavings';
import { createMemoryTable } from './support/memory-table';
import { smallSyncPoint } from './support/small-pages';
const START = Date.parse('2026-03-01T12:00:00.000Z');
const D = START + 10000;
const N = process.argv[3] ?? 'abc';
const plot: any[][] = [...N].map((who) => [{ kind: 'arrive', who, atMs: D - 1 }]);
for (const k of (process.argv[4] ?? 'cancel,complete').split(',')) plot.push([{ kind: k, atMs: k === 'look' ? D : D - 1, deadlineMs: D + 5000 }]);
const { items, shape } = smallSyncPoint({ id: 'p', pageCount: 2, participants: ['a', 'b', 'c'], deadlineMs: D }, START);
const t = Date.now();
const m = Number(process.argv[2]);
try {
  console.log(await exploreInterleavings<any>(() => {
    const table = createMemoryTable();
    for (const item of items) table.place(item);
    return { table, racers: plot.map((deeds) => deeds.map((deed: any) => (t: any) => doToSyncPoint(t, 'p', deed, new Map([['p', shape]])))) };
  }, async () => {}, m));
} catch (e) { console.log(String(e)); }
console.log(Date.now() - t, 'ms');
