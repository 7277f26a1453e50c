/** What the tools say of states that take many items, a busy database or a turned clock to bring about. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { checkIn } from '../../lib/agents/check-in';
import { deactivateAgent } from '../../lib/agents/manage';
import { registerAgent } from '../../lib/agents/register';
import { mapConcurrently } from '../../lib/common/concurrency';
import { recordEvents } from '../../lib/events/store';
import { callHandler } from '../support/gateway-event';
import { modernRequest } from '../support/mcp-agent';
import { type McpCaller, mcpOf, type ToolResult } from '../support/mcp-caller';
import { arrive, createTracker, reportProgress } from '../support/operations';
import { admin, agent, createWorld, type World } from '../support/world';

let world: World;
let mcp: McpCaller;

beforeEach(async () => {
  world = await createWorld();
  mcp = mcpOf(world);
});

const register = (id: string, name = id) =>
  registerAgent(world, admin, { id, name }, { key: undefined, callersToken: '' });

test('the response to tools/list has less than 12,000 bytes, in both eras', async () => {
  for (const [headers, body] of [
    [{ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }, modernRequest(1, 'tools/list', {})],
    [{}, { jsonrpc: '2.0', id: 1, method: 'tools/list' }],
  ] as const) {
    const { status, text } = await callHandler(mcp.handler, {
      ...{ method: 'POST', path: '/mcp', authorizer: agent('a'), headers, body },
    });
    expect(status).toBe(200);
    expect(text).toContain('send_message');
    expect(Buffer.byteLength(text)).toBeLessThan(12_000);
  }
});

describe('find_agents', () => {
  test('says how many match, and goes on where it has stopped looking', async () => {
    const ids = Array.from({ length: 530 }, (_, index) => `worker-${String(index).padStart(3, '0')}`);
    await mapConcurrently(ids, 16, (id) => register(id, id.endsWith('9') ? 'Painter' : 'Builder'));

    const painters = await mcp.use('a', 'find_agents', { query: 'painter' });
    expect(painters.structured).toMatchObject({ matching: 30 });
    expect(painters.structured['agents']).toHaveLength(20);
    expect(painters.text).toMatch(/^30 agents found among 300:\n/);
    expect(painters.text).toContain('\n10 more match: search for a longer part of the id or name, or go on.\n');
    expect(painters.text).toMatch(/\nThere are more agents: call find_agents with cursor "[^"]+"\.$/);

    // By the cursor of each answer all are reached, each once.
    for (const [query, expected] of [
      ['painter', ids.filter((id) => id.endsWith('9'))],
      ['', ids],
    ] as const) {
      const seen: string[] = [];
      for (let cursor: unknown; cursor !== null;) {
        const { structured } = await mcp.use('a', 'find_agents', { query, ...(cursor !== undefined && { cursor }) });
        seen.push(...(structured['agents'] as { id: string }[]).map(({ id }) => id));
        ({ cursor } = structured);
      }
      expect(seen).toEqual(expected);
    }

    // A whole id is found wherever it stands.
    const last = await mcp.use('a', 'find_agents', { query: 'worker-529' });
    expect(last.structured).toMatchObject({ agents: [{ id: 'worker-529' }], matching: 1 });
    const none = await mcp.use('a', 'find_agents', { query: 'nobody' });
    expect(none.text).toMatch(/^No agent found among 500\.\nThere are more agents: call/);
  });
});

describe('recent_events', () => {
  test('shows nothing of an earlier use of the id, and does not look through it', async () => {
    const input = { id: 'copy', name: 'copy', totalSteps: 100, participants: [] };
    await createTracker(world, agent('a'), input);
    expect((await mcp.use('a', 'recent_events', { id: 'copy' })).text).toBe(
      'No events yet: they are listed a moment after the change.',
    );
    const old = Array.from({ length: 30 }, (_, number) => ({
      ...{ id: `old-${number}`, type: 'PROGRESS_UPDATED' as const, relatedId: 'copy', agentId: 'b' },
      ...{ timestampMs: world.now() - 86_400_000 + number, details: {} },
    }));
    await recordEvents(world.dispatcher, 'PT', old);
    await world.dispatchAll();
    const { structured } = await mcp.use('a', 'recent_events', { id: 'copy' });
    expect(structured).toMatchObject({ events: [{ type: 'PROGRESS_TRACKER_CREATED' }], cursor: null });
  });

  test('shows the newest, and earlier ones by cursor', async () => {
    await createTracker(world, agent('a'), { id: 'copy', name: 'copy', totalSteps: 100, participants: [] });
    for (let step = 1; step <= 45; step++) {
      world.clock.advance(1_000);
      await reportProgress(world, agent('a'), 'copy', { step });
    }
    await world.dispatchAll();
    const steps = (structured: Readonly<Record<string, unknown>>) =>
      (structured['events'] as { type: string; details: { step?: number } }[]).map(
        ({ type, details }) => details.step ?? type,
      );
    const latest = await mcp.use('a', 'recent_events', { id: 'copy' });
    expect(steps(latest.structured)).toEqual(Array.from({ length: 20 }, (_, index) => index + 26));
    expect(latest.text).toMatch(/^Latest events of tracker "copy", the newest last:\n/);

    const earlier = await mcp.use('a', 'recent_events', { id: 'copy', cursor: latest.structured['cursor'] });
    expect(steps(earlier.structured)).toEqual(Array.from({ length: 20 }, (_, index) => index + 6));
    const first = await mcp.use('a', 'recent_events', { id: 'copy', cursor: earlier.structured['cursor'] });
    expect(steps(first.structured)).toEqual(['PROGRESS_TRACKER_CREATED', 1, 2, 3, 4, 5]);
    expect(first.structured['cursor']).toBeNull();
  });
});

describe('who is named', () => {
  test('is told apart: not registered, deactivated or lost', async () => {
    for (const id of ['retired', 'asleep', 'ready']) await register(id);
    await deactivateAgent(world, admin, 'retired');
    await checkIn(world, 'asleep', 10);
    world.clock.advance(3_600_000);
    const participants = ['retired', 'asleep', 'ready', 'future'];
    const { text, structured } = await mcp.use('a', 'create_sync_point', { id: 'p', name: 'p', participants });
    expect(text).toContain(' Not registered yet: future. That is fine if you are about to start them');
    expect(text).toContain(' Deactivated: retired. Nobody can act as them');
    expect(text).toContain(' Lost, as they have missed a check-in: asleep.');
    expect(structured['warnings']).toEqual([
      { agentId: 'retired', code: 'agent.deactivated' },
      { agentId: 'future', code: 'agent.not-registered' },
      { agentId: 'asleep', code: 'agent.lost' },
    ]);
    const sent = await mcp.use('a', 'send_message', { to: ['retired', 'ready'], type: 'X' });
    expect(sent.text).toMatch(/\. Deactivated: retired\. /);
    expect(sent.text).not.toContain('Not registered');
  });
});

describe('a creation', () => {
  test('that is repeated is told apart from the first, and shows the present state', async () => {
    const input = { id: 'p', name: 'p', participants: ['a', 'b'] };
    expect((await mcp.use('a', 'create_sync_point', input)).structured).toMatchObject({ repeated: false });
    await arrive(world, agent('b'), 'p', 1);
    const again = await mcp.use('a', 'create_sync_point', input);
    expect(again.text).toMatch(/^It existed already, from an earlier call or a retry of this one\. .*1 of 2 arrived/);
    expect(again.structured).toMatchObject({ repeated: true, arrived: 1 });
    await arrive(world, agent('a'), 'p', 1);
    const nextNight = await mcp.use('a', 'create_sync_point', input);
    expect(nextNight.text).toMatch(/completed; .*It has ended: for a new round choose another id\./);

    const tracker = { id: 't', name: 't', totalSteps: 3 };
    expect((await mcp.use('a', 'create_tracker', tracker)).text).not.toContain('existed');
    expect((await mcp.use('a', 'create_tracker', tracker)).text).toMatch(/^It existed already/);
  });

  test('is made once for one key of the request, as of a client that repeats it', async () => {
    const headers = { 'idempotency-key': 'key-1' };
    const first = await mcp.use('a', 'create_tracker', { name: 't', totalSteps: 3 }, headers);
    const again = await mcp.use('a', 'create_tracker', { name: 't', totalSteps: 3 }, headers);
    expect(again.structured).toMatchObject({ id: first.structured['id'], repeated: true });
  });
});

describe('read_messages', () => {
  test('says what a message answers, and to whose participants it went', async () => {
    await mcp.use('a', 'create_sync_point', { id: 'p', name: 'p', participants: ['a', 'b'] });
    const input = { toParticipantsOf: 'p', type: 'X', inReplyTo: 'question-1' };
    await mcp.use('a', 'send_message', input);
    await world.dispatchAll();
    const { text } = await mcp.use('b', 'read_messages', { type: 'X' });
    expect(text).toContain(', in reply to question-1, to the participants of sync point p: {');
    expect((await mcp.use('b', 'who_am_i', {})).text).toMatch(/unacknowledged messages?\. Call read_messages\. /);
  });
});

describe('report_failure of who decides on a tracker', () => {
  test('keeps no data, so it refuses any, and is told apart from its repeat', async () => {
    await createTracker(world, agent('a'), { id: 't', name: 't', totalSteps: 3, participants: ['b'] });
    const input = { id: 't', reason: 'The source is gone.' };
    const refused = await mcp.use('a', 'report_failure', { ...input, data: { disk: 'full' } });
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('#/data is not kept') });
    expect((await mcp.use('a', 'report_failure', input)).structured).toMatchObject({
      status: 'failed',
      repeated: false,
    });
    expect((await mcp.use('a', 'report_failure', input)).structured).toMatchObject({
      status: 'failed',
      repeated: true,
    });
  });
});

describe('send_message', () => {
  test('sends once for one key, of the call or of the request', async () => {
    const input = { to: ['b'], type: 'X', text: 'once', idempotencyKey: 'key-1' };
    const { id } = (await mcp.use('a', 'send_message', input)).structured;
    expect((await mcp.use('a', 'send_message', input, { 'idempotency-key': 'other' })).structured).toMatchObject({
      id,
    });
    const { idempotencyKey: _key, ...unkeyed } = input;
    const headers = { 'idempotency-key': 'key-1' };
    expect((await mcp.use('a', 'send_message', unkeyed, headers)).structured).toMatchObject({ id });
    expect((await mcp.use('a', 'send_message', unkeyed)).structured).not.toMatchObject({ id });
    const other = await mcp.use('a', 'send_message', { ...input, text: 'twice' });
    expect(other).toMatchObject({ isError: true, text: expect.stringContaining('use a new idempotency key') });
  });

  test.each<[Record<string, unknown>, string]>([
    [{}, '#/to must be given, or else toParticipantsOf: exactly one of them'],
    [{ to: ['b'], toParticipantsOf: 'p' }, '#/to must be given, or else toParticipantsOf: exactly one of them'],
    [{ to: [] }, '#/to '],
    [{ to: ['b', 'b'] }, '#/to/1 is already listed at index 0; to must be unique; received "b"'],
    [{ to: ['no id'] }, '#/to/0 '],
    [{ to: ['b'], type: '' }, '#/type '],
    [{ to: ['b'], type: 'SYNC_POINT_COMPLETED' }, '#/type is reserved'],
    [{ to: ['b'], text: 'x'.repeat(300_000) }, '#/text has '],
    [{ to: ['b'], data: 'x'.repeat(300_000) }, '#/data has '],
    [{ to: ['b'], idempotencyKey: 'ü' }, '#/idempotencyKey must be visible ASCII'],
    [{ to: ['b'], inReplyTo: '' }, '#/inReplyTo '],
    [{ toParticipantsOf: 'none' }, 'No sync point or tracker that you can see has the id "none"'],
    [{ toParticipantsOf: 'alone' }, '#/toParticipantsOf must be ids: there are no participants'],
  ])('names its own fields (%#)', async (input, expected) => {
    await createTracker(world, agent('a'), { id: 'alone', name: 'alone', totalSteps: 1 });
    const { isError, text } = await mcp.use('a', 'send_message', { type: 'X', ...input });
    expect(isError).toBe(true);
    expect(text).toContain(expected);
    expect(text).not.toMatch(/recipients|content/);
  });
});

test('arguments that could not be kept are an error of the tool, with the pointer', async () => {
  await mcp.use('a', 'create_sync_point', { id: 'p', name: 'p', participants: ['a', 'b'] });
  for (const [data, expected] of [
    ['{"deep":{"__proto__":{"x":1}}}', '#/data/deep/__proto__ must not be named __proto__'],
    ['[1e400]', '#/data/0 must be within the range of a double'],
  ] as const) {
    const params = { name: 'arrive_at_sync_point', arguments: { id: 'p', data: 'DATA' } };
    const body = JSON.stringify(modernRequest(1, 'tools/call', params)).replace('"DATA"', data);
    const { isError, content } = await mcp.send<ToolResult>('a', 'tools/call', params, {}, body);
    expect([isError, content[0]?.text]).toEqual([true, expect.stringContaining(expected)]);
  }
  expect((await mcp.use('a', 'show_status', { id: 'p' })).structured).toMatchObject({ arrived: 0 });
});

describe('a task', () => {
  test('goes on while the database is busy', async () => {
    await mcp.use('a', 'create_sync_point', { id: 'p', name: 'p', participants: ['a', 'b'] });
    const params = { name: 'wait_until_done', arguments: { id: 'p' } };
    const { taskId } = await mcp.send<{ taskId: string }>('a', 'tools/call', params);
    const ask = () => mcp.send<Record<string, unknown>>('a', 'tasks/get', { taskId });
    expect(await ask()).toMatchObject({ status: 'working', statusMessage: expect.stringContaining('0 of 2') });

    let asked = 0;
    /** How many requests are served before it is busy. */
    let served = 0;
    // Beyond the retries of the SDK.
    world.table.client.middlewareStack.add(
      (next) => (args) => {
        if (++asked > served) throw new ProvisionedThroughputExceededException({ message: 'throttled', $metadata: {} });
        return next(args);
      },
      { step: 'initialize', name: 'busy' },
    );
    expect(await ask()).toMatchObject({ status: 'working', statusMessage: 'The database is busy; ask again.' });

    served = Infinity;
    for (const id of ['a', 'b']) await arrive(world, agent(id), 'p', id);
    // At its end, what was waited for is read, and then the results.
    [asked, served] = [0, 1];
    expect(await ask()).toMatchObject({ status: 'working', statusMessage: 'The database is busy; ask again.' });
    served = Infinity;
    asked = 0;
    expect(await ask()).toMatchObject({ status: 'completed', result: { structuredContent: { done: true } } });
  });
});
