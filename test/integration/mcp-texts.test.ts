/** What a model reads of the state of a sync point or tracker, and of an id or name that leads nowhere. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { checkIn, checkOut } from '../../lib/agents/check-in';
import { registerAgent } from '../../lib/agents/register';
import { type McpCaller, mcpOf } from '../support/mcp-caller';
import { arrive } from '../support/operations';
import { admin, agent, createWorld, type World } from '../support/world';

let world: World;
let mcp: McpCaller;

beforeEach(async () => {
  world = await createWorld();
  mcp = mcpOf(world);
});

const show = (id: string, by = 'lead') => mcp.use(by, 'show_status', { id });

describe('a tracker that its creator completes', () => {
  beforeEach(async () => {
    const participants = ['builder', 'tester'];
    await mcp.use('lead', 'create_tracker', { id: 'imp', name: 'imp', totalSteps: 2, participants });
  });

  test('counts who has reached the total as done, and shows whose step the overall one is', async () => {
    await mcp.use('tester', 'report_progress', { id: 'imp', step: 2 });

    const { text, structured } = await show('imp');
    expect(text).toMatch(/: active; creator at step 0 of 2 \(0%\); 1 of 2 done; missing builder\.\n/);
    expect(text).toContain('- builder: pending, step 0\n- tester: done, step 2\n');
    expect(structured['outcomes']).toContainEqual({ agentId: 'tester', outcome: 'pending', step: 2, done: true });
    expect(structured).toMatchObject({ participants: 2, arrived: 0, failed: 0, missing: 1, step: 0 });
    await world.dispatchAll();
    expect((await mcp.use('tester', 'who_am_i', {})).text).toContain(' You: done.');
    expect((await mcp.use('builder', 'who_am_i', {})).text).toContain(' You: pending.');
    expect((await mcp.use('lead', 'who_am_i', {})).text).toContain(' You: creator, not a participant.');
  });

  test('records a step without naming one that is not of the reporter', async () => {
    const { text, structured } = await mcp.use('tester', 'report_progress', { id: 'imp', step: 1 });
    expect(text).toBe('Step 1 is recorded for you. Tracker "imp" is active.');
    expect(structured).toEqual({ id: 'imp', step: 1, status: 'active', repeated: false });
  });
});

test('a tracker that everyone completes shows the mean, and no step of the creator', async () => {
  const participants = ['builder', 'tester'];
  const input = { id: 'copy', name: 'copy', totalSteps: 3, participants, completeWhen: 'everyone' };
  await mcp.use('lead', 'create_tracker', input);
  await mcp.use('lead', 'report_progress', { id: 'copy', step: 2 });
  await mcp.use('builder', 'report_progress', { id: 'copy', step: 2 });

  const { text, structured } = await show('copy');
  expect(text).toContain(': active; 33% of 3 steps; 0 of 2 done; missing builder, tester');
  expect(structured).toMatchObject({ percent: 33.33, totalSteps: 3 });
  expect(structured).not.toHaveProperty('step');

  for (const by of participants) await mcp.use(by, 'report_progress', { id: 'copy', step: 3 });
  expect((await show('copy')).text).toContain(': completed; 100% of 3 steps; 2 of 2 done. It is over');
});

describe('a sync point that ends when nobody is pending', () => {
  const participants = ['builder', 'tester', 'ghost'];

  test('says so as long as it waits', async () => {
    const input = { id: 'e1', name: 'e1', participants, quorum: 2, endWhen: 'everyone' };
    await mcp.use('lead', 'create_sync_point', input);
    for (const by of ['builder', 'tester']) await arrive(world, agent(by), 'e1', 1);
    expect((await show('e1')).text).toContain(
      ': waiting; 2 of 3 arrived; 2 are enough to complete; it waits until nobody is pending; missing ghost.',
    );
    await arrive(world, agent('ghost'), 'e1', 1);
    expect((await show('e1')).text).toContain(': completed; 3 of 3 arrived; 2 are enough to complete. It is over');
  });

  test('one that a quorum decides does not', async () => {
    await mcp.use('lead', 'create_sync_point', { id: 'e2', name: 'e2', participants, quorum: 2 });
    expect((await show('e2')).text).toContain(': waiting; 0 of 3 arrived; 2 are enough; missing builder');
  });
});

test('find_agents tells who has checked in, and who has not or is gone', async () => {
  for (const id of ['ready', 'silent', 'left', 'asleep']) {
    await registerAgent(world, admin, { id, name: id }, { key: undefined, callersToken: '' });
  }
  await checkIn(world, 'left', 10);
  await checkOut(world, 'left');
  await checkIn(world, 'asleep', 10);
  world.clock.advance(3_600_000);
  await checkIn(world, 'ready', 60);
  const { text, structured } = await mcp.use('a', 'find_agents', {});
  expect(text.split('\n').slice(1).sort()).toEqual([
    '- asleep ("asleep"), lost',
    '- left ("left"), not checked in',
    '- ready ("ready"), present',
    '- silent ("silent"), not checked in',
  ]);
  expect(structured['agents']).toContainEqual({ id: 'silent', name: 'silent', active: true, presence: null });
});

describe('an id of the other kind', () => {
  beforeEach(async () => {
    await mcp.use('lead', 'create_tracker', { id: 'imp', name: 'imp', totalSteps: 2, participants: ['tester'] });
    await mcp.use('lead', 'create_sync_point', { id: 'gate', name: 'gate', participants: ['tester', 'lead'] });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['arrive_at_sync_point', { id: 'imp' }, '"imp" is a tracker, not a sync point; use report_progress'],
    ['report_progress', { id: 'gate', step: 1 }, '"gate" is a sync point, not a tracker; use arrive_at_sync_point'],
    ['show_status', { id: 'imp', kind: 'sync_point' }, '"imp" is a tracker, not a sync point; leave out kind'],
    ['report_failure', { id: 'gate', kind: 'tracker', reason: 'x' }, '"gate" is a sync point, not a tracker; leave'],
  ])('is told to %s, with what to use instead', async (tool, input, expected) => {
    const { isError, text } = await mcp.use('tester', tool, input);
    expect([isError, text]).toEqual([true, expect.stringContaining(expected)]);
    // To a stranger it says nothing.
    expect((await mcp.use('stranger', tool, input)).text).toContain(' that you can see has the id ');
  });
});

describe('an id that nothing has', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['show_status', {}, 'No sync point or tracker that you can see has the id "nope", and none that is open has that '],
    ['report_failure', { reason: 'x' }, 'No sync point or tracker that you can see has the id "nope".'],
    ['show_status', { kind: 'tracker' }, 'No tracker that you can see has the id "nope", and none that is open has '],
    ['arrive_at_sync_point', {}, 'No sync point that you can see has the id "nope".'],
    ['report_progress', { step: 1 }, 'No tracker that you can see has the id "nope".'],
  ])('is told by %s %p, of the kinds that it takes', async (tool, input, expected) => {
    const { isError, text } = await mcp.use('a', tool, { id: 'nope', ...input });
    expect([isError, text.slice(0, expected.length)]).toEqual([true, expected]);
  });

  test('may be a name of what has ended: only the id still works', async () => {
    const input = { id: 'r1', name: 'Release one', participants: ['builder', 'tester'] };
    await mcp.use('lead', 'create_sync_point', input);
    await world.dispatchAll();
    expect((await show('Release one')).structured).toMatchObject({ id: 'r1' });
    for (const by of ['builder', 'tester']) await arrive(world, agent(by), 'r1', 1);
    const { isError, text } = await show('Release one');
    expect([isError, text]).toEqual([
      true,
      expect.stringContaining(
        'A name works only while it is open; after that use the id, which the creation returned.',
      ),
    ]);
    expect((await show('r1')).structured).toMatchObject({ status: 'completed' });
  });
});

test('read_messages with a filter that fits none does not say that there is none', async () => {
  await mcp.use('lead', 'send_message', { to: ['tester'], type: 'X', text: 'here' });
  await world.dispatchAll();
  const read = async (by: string, input: Record<string, unknown>) => (await mcp.use(by, 'read_messages', input)).text;
  expect(await read('tester', { type: 'Y' })).toBe(
    'No unacknowledged message has this type; read without it for all others.',
  );
  expect(await read('tester', { priority: 'HIGH' })).toBe(
    'No unacknowledged message has this priority; read without it for all others.',
  );
  expect(await read('tester', { type: 'X', priority: 'HIGH' })).toBe(
    'No unacknowledged message has this type and priority; read without them for all others.',
  );
  expect(await read('tester', {})).toContain('"here"');
  expect(await read('nobody', {})).toBe('No unacknowledged messages.');
});
