/** A change that is set aside and redriven comes after all that followed it; what comes of it must be the same. */
import { expect, test } from '@jest/globals';
import type { Change } from '../../lib/dispatcher/change';
import { dispatchChange } from '../../lib/dispatcher/dispatch';
import type { Item } from '../../lib/table/table';
import { sized } from '../support/size';
import { scanAll } from '../support/test-table';
import { agent, createWorld } from '../support/world';
import { arrive, createSyncPoint, moveDeadline } from '../support/operations';

const ID = 'release';

/** Creation, two moves of the deadline and the ending by arrivals; the change of this number is dispatched last. */
async function history(last: number) {
  const world = await createWorld();
  const { table, clock } = world;
  const setAside: Change[] = [];
  let count = 0;
  const dispatch = async (): Promise<void> => {
    await world.dispatchAll(1, (change) => {
      if (count++ !== last) return false;
      setAside.push(change);
      return true;
    });
  };
  const move = (deadline: string) => moveDeadline({ table, now: clock.now }, agent('creator'), ID, { deadline });

  const input = { id: ID, name: 'meeting', participants: ['a', 'b'], deadline: '2026-03-01T13:00:00.000Z' };
  await createSyncPoint({ table, now: clock.now }, agent('creator'), input, undefined);
  await dispatch();
  for (const deadline of ['2026-03-01T15:00:00.000Z', '2026-03-01T14:00:00.000Z']) {
    clock.advance(10);
    await move(deadline);
    await dispatch();
  }
  const whileWaiting = world.schedulesOf(ID);
  for (const participant of ['a', 'b']) {
    clock.advance(10);
    await arrive({ table, now: clock.now, rosters: new Map() }, agent(participant), ID, undefined);
    await dispatch();
  }
  for (const change of setAside) await dispatchChange(world.dispatcher, change);
  await world.dispatchAll();

  const placeOf = (item: Item): string => `${String(item['pk'])} ${String(item['sk'])}`;
  // A moved deadline is told only to those who are pending when that is dispatched.
  const isOfItsTime = ({ type }: Item): boolean => type === 'SYNC_POINT_DEADLINE_CHANGED';
  const all = (await scanAll(table)).filter((item) => !String(item['pk']).startsWith('INBOX#') || !isOfItsTime(item));
  const items = all.sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  const reminders = [...new Set(world.reminders.map((reminder) => JSON.stringify(reminder)))];
  const onBus = [...new Set(world.onBus.map(({ id }) => id))].sort();
  return { count, whileWaiting, outcome: { items, reminders, onBus, schedules: world.schedulesOf(ID) } };
}

test('whichever change of a sync point is set aside, events, inboxes, lists and retention are the same in the end', async () => {
  const { count, whileWaiting, outcome } = await history(-1);
  expect(whileWaiting).toEqual([Date.parse('2026-03-01T14:00:00.000Z')]);
  expect(outcome.schedules).toEqual([]);
  expect(outcome.onBus).toHaveLength(6);

  const outcomes = [];
  for (let last = 0; last < count; last += sized({ quick: 3, complete: 1 }))
    outcomes.push((await history(last)).outcome);

  expect(count).toBeGreaterThan(8);
  expect(outcomes).toEqual(outcomes.map(() => outcome));
});
