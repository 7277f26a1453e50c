import { beforeEach, describe, expect, test } from '@jest/globals';
import { dispatchChange } from '../../lib/dispatcher/dispatch';
import type { RosterFilter } from '../../lib/rosters/list';
import { listRosters } from '../../lib/rosters/list';
import { openPartitions, type RosterKind } from '../../lib/table/keys';
import { batchWrite, type Item } from '../../lib/table/table';
import { removeItems } from '../support/agents';
import {
  createSyncPoint,
  createTracker,
  endSyncPoint,
  endTracker,
  syncPointService,
  trackerService,
} from '../support/operations';
import { sized } from '../support/size';
import { scanAll } from '../support/test-table';
import { admin, agent, createWorld, type World } from '../support/world';

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

const creator = agent('creator');
const ending = { as: 'cancelled' } as const;

/** Each is a millisecond younger than the one before. */
async function create(kind: RosterKind, id: string, deadline?: string): Promise<string> {
  world.clock.advance(1);
  const input = { id, name: id, participants: ['a', 'b'], ...(deadline !== undefined && { deadline }) };
  await (kind === 'SP'
    ? createSyncPoint(world, creator, input)
    : createTracker(world, creator, { ...input, totalSteps: 2 }));
  return id;
}

const end = (kind: RosterKind, id: string) =>
  kind === 'SP' ? endSyncPoint(world, creator, id, ending) : endTracker(world, creator, id, ending);

const list = (kind: RosterKind, filter: RosterFilter = {}) =>
  listRosters(kind === 'SP' ? syncPointService(world) : trackerService(world), admin, { all: 'true', ...filter });

const listed = async (kind: RosterKind): Promise<string[]> => (await list(kind)).items.map(({ header }) => header.id);

const itemsWhere = async (isWanted: (pk: string) => boolean): Promise<Item[]> =>
  (await scanAll(world.table)).filter(({ pk }) => isWanted(String(pk)));
const entries = (kind: RosterKind): Promise<Item[]> => itemsWhere((pk) => openPartitions(kind).includes(pk));

const ENDED = sized({ quick: 200, complete: 5_000 });
const OPEN = 20;

test(`20 open among ${ENDED} that have ended cost one page of 24 read units, whatever has ended`, async () => {
  const last = await create('SP', 'ended');
  await end('SP', last);
  await world.dispatchAll();
  // Header and page of each.
  const ended = await itemsWhere((pk) => pk === `SP#${last}`);
  const copies = Array.from({ length: ENDED }, (_, index) =>
    ended.map((item) => ({ put: { ...item, pk: `SP#ended-${index}`, id: `ended-${index}` } })),
  );
  await batchWrite(world.table, copies.flat());
  // Dispatched, each would leave as little as the first.
  expect(await entries('SP')).toEqual([]);
  await world.readChanges();
  const ids: string[] = [];
  for (let index = 0; index < OPEN; index++) ids.push(await create('SP', `job-${index}`));
  await world.dispatchAll();
  world.table.meter.reset();

  const { items, nextCursor } = await list('SP', { limit: OPEN });

  const { readUnits, requests, writeUnits } = world.table.meter;
  expect(items.map(({ header }) => header.id)).toEqual(ids.toReversed());
  expect(nextCursor).toBeNull();
  // A Query per shard, and one per sync point.
  expect({ readUnits, writeUnits, requests: [...requests] }).toEqual({
    readUnits: 4 + OPEN,
    writeUnits: 0,
    requests: [['QueryCommand', 4 + OPEN]],
  });
});

describe.each<RosterKind>(['SP', 'PT'])('what is open of %s', (kind) => {
  test.each([1, 2])('is listed newest first, page by page, each change delivered %i times', async (times) => {
    const ids: string[] = [];
    for (let index = 0; index < 12; index++) ids.push(await create(kind, `job-${index}`));
    await world.dispatchAll(times);
    for (const id of ids.splice(5, 2)) await end(kind, id);
    await world.dispatchAll(times);
    expect(new Set((await entries(kind)).map(({ pk }) => pk))).toEqual(new Set(openPartitions(kind)));

    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await list(kind, { limit: 3, cursor });
      pages.push(page.items.map(({ header }) => header.id));
      cursor = page.nextCursor ?? undefined;
      // What comes meanwhile is newer, and moves nothing.
      await create(kind, `late-${pages.length}`);
      await world.dispatchAll(times);
    } while (cursor !== undefined);

    expect(pages.flat()).toEqual(ids.toReversed());
    expect(pages.slice(0, -1).every((page) => page.length === 3)).toBe(true);
  });

  test('leaves out what is due, before its deadline is noticed by anybody else', async () => {
    await create(kind, 'due', '2026-03-01T12:30:00.000Z');
    await create(kind, 'later', '2026-03-01T13:30:00.000Z');
    await world.dispatchAll();
    world.clock.advance(3_600_000);

    expect(await listed(kind)).toEqual(['later']);
    await world.dispatchAll();
    expect(await entries(kind)).toHaveLength(1);
  });

  test('has no entry of what has ended when its creation is dispatched again', async () => {
    await create(kind, 'ended');
    const [creation] = await world.dispatchAll();
    await end(kind, 'ended');
    await world.dispatchAll();
    if (!creation) throw new Error('no change of the creation');
    await dispatchChange(world.dispatcher, creation);

    expect(await entries(kind)).toEqual([]);
  });

  test('loses the entries of what has ended, is gone or was another to whoever finds them, and no others', async () => {
    for (const id of ['open', 'ended', 'gone', 'reused']) await create(kind, id);
    await world.dispatchAll();
    const stale = await entries(kind);
    for (const id of ['ended', 'gone', 'reused']) await end(kind, id);
    await world.dispatchAll();
    await removeItems(world.table, await itemsWhere((pk) => [`${kind}#gone`, `${kind}#reused`].includes(pk)));
    await world.dispatchAll();
    await create(kind, 'reused');
    await world.dispatchAll();
    // As a creation leaves them whose dispatch was overtaken by that of the ending.
    await batchWrite(
      world.table,
      stale.map((item) => ({ put: item })),
    );
    expect(await entries(kind)).toHaveLength(5);

    expect(await listed(kind)).toEqual(['reused', 'open']);

    expect((await entries(kind)).map(({ relatedId }) => relatedId).sort()).toEqual(['open', 'reused']);
    expect(await listed(kind)).toEqual(['reused', 'open']);
  });

  test('forgets what was removed while it was open', async () => {
    await create(kind, 'removed');
    await world.dispatchAll();
    await removeItems(world.table, await itemsWhere((pk) => pk === `${kind}#removed`));
    await world.dispatchAll();

    expect(await entries(kind)).toEqual([]);
  });
});
