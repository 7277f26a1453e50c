/** What an outcome or a report is answered, from the page that its write found. On a table in memory. */
import { describe, expect, test } from '@jest/globals';
import type { MusterError } from '../../lib/common/errors';
import { headerToItem } from '../../lib/rosters/header';
import { listArrivals } from '../../lib/rosters/list-participants';
import { moveTerms } from '../../lib/rosters/end';
import { encodeReport } from '../../lib/rosters/entry';
import { pageFromItem } from '../../lib/rosters/page-writes';
import type { RosterCache } from '../../lib/rosters/service';
import type { Item } from '../../lib/table/table';
import { listReports } from '../../lib/trackers/list-reports';
import { agent } from '../support/callers';
import {
  ALL_MUST_ARRIVE,
  AT,
  CREATOR_DECIDES,
  entryOf,
  rosterOf,
  syncPointPage,
  trackerPage,
} from '../support/made-rosters';
import { createMemoryTable, type MemoryTable } from '../support/memory-table';
import {
  arrive,
  excuseFrom,
  failAt,
  failTracker,
  loadSyncPoint,
  loadTracker,
  reportProgress,
  trackerService,
} from '../support/operations';

const [a, b, lead] = [agent('a'), agent('b'), agent('lead')];

/** A table with the sync point `release` or the tracker `build` of `lead`, and a clock that stands. */
function worldWith(page: Item) {
  const kind = String(page['pk']).startsWith('SP') ? 'SP' : 'PT';
  const id = kind === 'SP' ? 'release' : 'build';
  const table = createMemoryTable();
  const { header, participants } = rosterOf(kind, pageFromItem(page), { id, createdBy: 'lead', createdAtMs: AT - 1 });
  table.place({ ...headerToItem(kind, header), participants });
  table.place(page);
  return { table, now: () => AT };
}

/** Every conditional update is sent again, as by the SDK after the answer to the first was lost. */
function losingAnswers<Given extends { readonly table: MemoryTable }>(world: Given): Given {
  const { table } = world;
  const send = (command: { constructor: { name: string }; input: Record<string, unknown> }): Promise<unknown> => {
    const request = { command: command.constructor.name, input: command.input };
    if (request.command === 'UpdateCommand') table.perform(request);
    return table.client.send(command as never);
  };
  return { ...world, table: { ...table, client: { send } as unknown as MemoryTable['client'] } };
}

const codeOf = (refused: Promise<unknown>): Promise<string> =>
  refused.then(
    () => 'accepted',
    (error: unknown) => (error as MusterError).code,
  );

describe('an answer that was lost', () => {
  test('is given by the repeat: an arrival with data is the first, with its data', async () => {
    const world = worldWith(syncPointPage());
    const answer = await arrive(losingAnswers(world), a, 'release', { page: 1 });
    expect(answer).toMatchObject({ repeated: false, status: 'waiting' });
    const roster = await loadSyncPoint(world.table, 'release');
    expect((await listArrivals(world.table, roster ?? never(), {})).items).toMatchObject([
      { agentId: 'a', data: { page: 1 } },
    ]);
  });

  test('of a failure with a reason is the first', async () => {
    const answer = await failAt(losingAnswers(worldWith(syncPointPage())), a, 'release', { reason: 'disk full' });
    expect(answer).toMatchObject({ repeated: false, status: 'failed' });
  });

  test('without data looks like a repeat, and changes nothing', async () => {
    const answer = await arrive(losingAnswers(worldWith(syncPointPage())), a, 'release');
    expect(answer).toMatchObject({ repeated: true, status: 'waiting', arrivedAt: new Date(AT).toISOString() });
  });

  test('of a report with data is the first, and its data can be read', async () => {
    const world = worldWith(trackerPage(CREATOR_DECIDES));
    const answer = await reportProgress(losingAnswers(world), a, 'build', { step: 4, data: { page: 1 } });
    expect(answer).toMatchObject({ repeated: false, step: 4 });
    const tracker = await loadTracker(world.table, 'build');
    expect((await listReports(world.table, tracker ?? never(), {})).items).toMatchObject([
      { step: 4, data: { page: 1 } },
    ]);
  });

  test.each([4, 10])('of a report with ifStep is no mismatch, below the total and at it: %i', async (step) => {
    const world = worldWith(trackerPage(CREATOR_DECIDES, { more: { who: { a: encodeReport(3, AT - 9), b: '-' } } }));
    const answer = await reportProgress(losingAnswers(world), a, 'build', { step, ifStep: 3 });
    expect(answer).toMatchObject({ repeated: true, step, status: 'active' });
  });

  test('of the report that completes is completed', async () => {
    const byCreator = losingAnswers(worldWith(trackerPage(CREATOR_DECIDES)));
    expect(await reportProgress(byCreator, lead, 'build', { step: 10 })).toMatchObject({
      currentStep: 10,
      status: 'completed',
    });
    const last = { who: { a: '-', b: 'pIbYA@Yk0000:' }, pend: 2, arr: 1 };
    const byEveryone = losingAnswers(worldWith(trackerPage(ALL_MUST_ARRIVE, { more: last })));
    expect(await reportProgress(byEveryone, a, 'build', { step: 10 })).toMatchObject({ step: 10, status: 'completed' });
  });
});

describe('once somebody has an outcome', () => {
  type World = ReturnType<typeof worldWith>;
  const outcomes = {
    arrival: (world: World) => arrive(world, a, 'release'),
    'arrival with data': (world: World) => arrive(world, a, 'release', 1),
    failure: (world: World) => failAt(world, a, 'release', {}),
    'failure with a reason': (world: World) => failAt(world, a, 'release', { reason: 'disk full' }),
    excuse: (world: World) => excuseFrom(world, lead, 'release', 'a'),
  };
  type Kind = keyof typeof outcomes;

  test.each<[first: Kind, then: Kind, answer: string]>([
    ['arrival', 'arrival', 'repeated'],
    ['arrival with data', 'arrival', 'repeated'],
    ['arrival with data', 'arrival with data', 'repeated'],
    ['arrival', 'arrival with data', 'sync-point.arrived-otherwise'],
    ['arrival', 'failure', 'sync-point.arrived-otherwise'],
    ['arrival', 'excuse', 'sync-point.arrived-otherwise'],
    ['failure', 'failure', 'repeated'],
    ['failure with a reason', 'failure', 'repeated'],
    ['failure', 'failure with a reason', 'sync-point.failed-otherwise'],
    ['failure', 'arrival', 'sync-point.failed-otherwise'],
    ['failure', 'excuse', 'sync-point.failed-otherwise'],
    ['excuse', 'arrival', 'sync-point.excused'],
    ['excuse', 'failure with a reason', 'sync-point.excused'],
    ['excuse', 'excuse', 'repeated'],
  ])('after its %s, %s is answered %s, and changes nothing', async (first, then, expected) => {
    // A quorum, so that no failure ends it.
    const world = worldWith(syncPointPage({ quorum: 1, endWhen: 'everyone' }));
    await outcomes[first](world);
    const before = world.table.items();
    const answer = await outcomes[then](world).then(
      ({ repeated }) => (repeated ? 'repeated' : 'accepted'),
      (error: unknown) => (error as MusterError).code,
    );
    expect(answer).toBe(expected);
    expect(world.table.items()).toEqual(before);
  });

  test('of a tracker, it reports no more', async () => {
    const world = worldWith(trackerPage(CREATOR_DECIDES));
    await failTracker(world, a, 'build', {});
    expect(await codeOf(reportProgress(world, a, 'build', { step: 3 }))).toBe('progress-tracker.failed-otherwise');
    const excused = worldWith(trackerPage(CREATOR_DECIDES, { more: { who: { a: 'xIbYA@Yk', b: '-' }, pend: 1 } }));
    expect(await codeOf(reportProgress(excused, a, 'build', { step: 3 }))).toBe('progress-tracker.excused');
  });

  test('of a tracker where everyone must finish, who has finished does not go back', async () => {
    const world = worldWith(trackerPage(ALL_MUST_ARRIVE));
    expect(await reportProgress(world, a, 'build', { step: 10 })).toMatchObject({ repeated: false, status: 'active' });
    expect(await codeOf(reportProgress(world, a, 'build', { step: 9 }))).toBe('progress-tracker.finished');
    expect(await reportProgress(world, a, 'build', { step: 10 })).toMatchObject({ repeated: true, status: 'active' });
  });
});

describe('a report is refused, and says why', () => {
  const at3 = { more: { who: { a: encodeReport(3, AT - 9), b: '-' } } };
  test.each([
    ['above the total', {}, { step: 11 }, 'request.invalid'],
    ['with another step than the present one', {}, { step: 4, ifStep: 2 }, 'progress-tracker.step-mismatch'],
    ['that goes back where steps only rise', { monotonic: true }, { step: 2 }, 'progress-tracker.step-went-back'],
  ])('%s', async (_what, given, input, code) => {
    const world = worldWith(trackerPage(CREATOR_DECIDES, { ...at3, ...given }));
    const before = world.table.items();
    expect(await codeOf(reportProgress(world, a, 'build', input))).toBe(code);
    expect(world.table.items()).toEqual(before);
  });
});

describe('a report of the present step', () => {
  const reported = async () => {
    const world = { ...worldWith(trackerPage(CREATOR_DECIDES)), rosters: new Map() as RosterCache };
    await reportProgress(world, a, 'build', { step: 3, data: 1 });
    return { world, later: { ...world, now: () => AT + 60_000 } };
  };
  const pageOf = (table: MemoryTable): Item => table.items().find(({ sk }) => sk === 'PAGE#00') ?? never();

  test.each<[string, { data?: unknown }]>([
    ['without data', {}],
    ['with the same data', { data: 1 }],
  ])('%s is a sign of life, and no report', async (_what, given) => {
    const { world, later } = await reported();
    expect(await reportProgress(later, a, 'build', { step: 3, ...given })).toMatchObject({
      repeated: true,
      reportedAt: new Date(AT).toISOString(),
    });
    expect(entryOf(pageOf(world.table), 'a')).toMatchObject({ step: 3, reportedAtMs: AT, seenAtMs: AT + 60_000 });
    expect(pageFromItem(pageOf(world.table)).reports).toBe(1);
  });

  test('with other data is a report', async () => {
    const { world, later } = await reported();
    expect(await reportProgress(later, a, 'build', { step: 3, data: 2 })).toMatchObject({
      repeated: false,
      reportedAt: new Date(AT + 60_000).toISOString(),
    });
    expect(entryOf(pageOf(world.table), 'a')).toMatchObject({ step: 3, reportedAtMs: AT + 60_000, movedAtMs: AT });
    expect(pageFromItem(pageOf(world.table)).reports).toBe(2);
  });
});

describe('a total that was changed since it was remembered', () => {
  const changed = async (from: number, to: number) => {
    const limit = trackerPage(ALL_MUST_ARRIVE, { totalSteps: from });
    const world = { ...worldWith(limit), rosters: new Map() as RosterCache };
    await reportProgress(world, b, 'build', { step: 1 });
    const elsewhere = { table: world.table, now: world.now };
    await moveTerms(trackerService(elsewhere), lead, 'build', () => ({ totalSteps: to }));
    return world;
  };

  test('raised: the old total is a step like others', async () => {
    const world = await changed(10, 20);
    await reportProgress(world, a, 'build', { step: 10 });
    expect((await loadTracker(world.table, 'build'))?.pages[0]?.entries.get('a')).toMatchObject({
      outcome: 'pending',
      step: 10,
    });
  });

  test('lowered: the new total is an arrival', async () => {
    const world = await changed(20, 10);
    await reportProgress(world, a, 'build', { step: 10 });
    expect((await loadTracker(world.table, 'build'))?.pages[0]?.entries.get('a')).toMatchObject({
      outcome: 'arrived',
      step: 10,
    });
  });
});

test('an outcome of somebody who keeps reporting gives up after a few tries, and can be tried again', async () => {
  const world = worldWith(trackerPage(CREATOR_DECIDES));
  let step = 0;
  const { table } = world;
  const send = (command: { constructor: { name: string }; input: Record<string, unknown> }): Promise<unknown> => {
    const page = table.items().find(({ sk }) => sk === 'PAGE#00');
    if (command.constructor.name === 'UpdateCommand' && page) {
      table.place({ ...page, who: { a: encodeReport(++step, AT), b: '-' } });
    }
    return table.client.send(command as never);
  };
  const restless = { ...world, table: { ...table, client: { send } as unknown as MemoryTable['client'] } };
  await expect(failTracker(restless, a, 'build', {})).rejects.toMatchObject({ status: 503, retryable: true });
  expect(step).toBeLessThan(20);
});

function never(): never {
  throw new Error('the test did not find what it had made');
}
