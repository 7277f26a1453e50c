/** When a wait looks again. On a table in memory. */
import { expect, test } from '@jest/globals';
import { waitForRoster } from '../../lib/rosters/read';
import { versionOf } from '../../lib/rosters/roster';
import { agent } from '../support/callers';
import { createMemoryTable, type MemoryTable } from '../support/memory-table';
import { loadTracker, reportProgress } from '../support/operations';
import { smallTracker } from '../support/small-pages';

/** The same table for somebody whose requests are counted. */
function counted(table: MemoryTable): { readonly table: MemoryTable; readonly looks: () => number } {
  let looks = 0;
  const send = (command: { constructor: { name: string } }): Promise<unknown> => {
    if (command.constructor.name === 'BatchGetCommand') looks++;
    return table.client.send(command as never);
  };
  return { table: { ...table, client: { send } as unknown as MemoryTable['client'] }, looks: () => looks };
}

test.each([0, 1])('a wait with the version is told of a change on any page by its next look: %i', async (index) => {
  const table = createMemoryTable();
  const { items } = smallTracker(
    {
      id: 'build',
      pageCount: 2,
      participants: ['a', 'b', 'c', 'd'],
      totalSteps: 9,
      completeWhen: 'creator',
      monotonic: false,
      deadlineMs: null,
    },
    Date.now(),
  );
  for (const item of items) table.place(item);
  const before = await loadTracker(table, 'build');
  const [who] = [...(before?.pages[index]?.entries.keys() ?? [])];
  if (!before || who === undefined) throw new Error('no tracker with somebody on each of its pages');

  const waiter = counted(table);
  const version = versionOf(before.pages);
  const waiting = waitForRoster({ table: waiter.table, now: Date.now }, before, { waitMs: 3_000, version });
  await reportProgress({ table, now: Date.now }, agent(who), 'build', { step: 1 });
  expect(versionOf((await waiting).pages)).toBe(version + 1);
  // The look that sees it, and what else has changed.
  expect(waiter.looks()).toBeLessThanOrEqual(2);
});
