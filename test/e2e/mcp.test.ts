/** Agents meet through the Model Context Protocol: official clients of both eras, led by the texts of the tools. */
import { resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  agents,
  freshId,
  type HttpClient,
  type InboxItem,
  type ListPage,
  nobody,
  pollUntil,
} from '../support/http-client';
import { type Answer, callModern, connect, type Era, McpAgent } from '../support/mcp-agent';

const CREATE = /^Create a barrier/;
const FIND = /^Find agents/;
const CHECK_IN = /^Promise to check in/;
const CREATE_TRACKER = /^Create a tracker/;
const ARRIVE = /^Say that your part is done/;
const WAIT = /^Wait until/;
const FAIL = /^Say that you cannot/;
const SHOW = /^Show how/;
const READ = /^Read your messages/;
const ACKNOWLEDGE = /^Say that you have dealt with/;
const SEND = /^Send a message/;

/** Whoever reads the answer calls again for as long as it says so. */
async function untilDone(agent: McpAgent, id: string): Promise<Answer> {
  return pollUntil(
    () => agent.use(WAIT, { id, seconds: 5 }),
    ({ structured }) => structured['done'] === true,
    { everyMs: 1, limitMs: 60_000 },
  );
}

describe.each<[Era, Era]>([
  ['legacy', 'legacy'],
  ['modern', 'modern'],
  ['legacy', 'modern'],
])('a client of the %s era and one of the %s era', (first, second) => {
  let builder: McpAgent;
  let tester: McpAgent;
  const id = freshId('mcp');

  beforeAll(async () => {
    const [one, two] = await agents(['builder', 'tester']);
    builder = await McpAgent.start(one, first);
    tester = await McpAgent.start(two, second);
    expect([builder.client.getProtocolEra(), tester.client.getProtocolEra()]).toEqual([first, second]);
  });

  test('meet at a sync point, each with the result of the other', async () => {
    const participants = [builder.id, tester.id];
    const created = await builder.use(CREATE, { id, name: 'Nightly', participants, deadlineSeconds: 600 });
    expect(created.text).toMatch(/waiting; 0 of 2 arrived; missing .*; deadline in 10 minutes/);

    const arrived = await builder.use(ARRIVE, { id, data: { image: 'sha256:1' } });
    expect(arrived.text).toContain(`1 of 2 arrived; missing ${tester.id}`);
    const waiting = untilDone(builder, id);
    await tester.use(ARRIVE, { id, data: { passed: 12 } });

    const seen = [await waiting, await untilDone(tester, id)];
    for (const { text, structured } of seen) {
      expect(structured).toMatchObject({ done: true, status: 'completed', missing: 0 });
      expect(structured['outcomes']).toEqual([
        { agentId: builder.id, outcome: 'arrived', data: { image: 'sha256:1' } },
        { agentId: tester.id, outcome: 'arrived', data: { passed: 12 } },
      ]);
      expect(text).toContain('{"passed":12}');
    }
  });

  test('one fails, and the other learns why at once', async () => {
    const point = freshId('mcp');
    await builder.use(CREATE, { id: point, name: point, participants: [builder.id, tester.id] });
    const waiting = untilDone(tester, point);
    const failed = await builder.use(FAIL, { id: point, reason: 'The disk is full.' });
    expect(failed.text).toContain('failed');

    const { text, structured } = await waiting;
    expect(structured).toMatchObject({ status: 'failed' });
    expect(text).toContain('reason: "The disk is full."');
    const late = await tester.use(ARRIVE, { id: point, data: 'late' });
    expect(late).toMatchObject({ isError: true, text: expect.stringMatching(/It is over: call show_status/) });
  });

  test('a wait that lasts says who is missing and what to do', async () => {
    const point = freshId('mcp');
    await builder.use(CREATE, { id: point, name: point, participants: [builder.id, tester.id] });

    const { text, structured } = await builder.use(WAIT, { id: point, seconds: 0 });

    expect(structured).toMatchObject({ done: false, missingIds: [builder.id, tester.id] });
    expect(text).toMatch(/^Still waiting\. .*0 of 2 arrived; missing .*Call wait_until_done again/);
  });

  test('what is open has one name, which can stand for its id', async () => {
    const point = freshId('mcp');
    const name = `The build ${point}`;
    await builder.use(CREATE, { id: point, name, participants: [builder.id, tester.id] });

    const shown = await pollUntil(
      () => builder.use(SHOW, { id: name.toUpperCase() }),
      ({ isError }) => !isError,
    );
    expect(shown.structured).toMatchObject({ id: point, status: 'waiting' });
    // What is final needs the id: the same name may belong to another one the next night.
    for (const [tool, input] of [
      [ARRIVE, { id: name }],
      [FAIL, { id: name, reason: 'None' }],
    ] as const) {
      const refused = await builder.use(tool, input);
      expect(refused).toMatchObject({
        isError: true,
        text: expect.stringContaining(`sync point ${point}: call again`),
      });
    }
    expect((await builder.use(SHOW, { id: point })).structured).toMatchObject({ missing: 2 });
    const unknown = await builder.use(SHOW, { id: freshId('nothing') });
    expect(unknown).toMatchObject({ isError: true, text: expect.stringContaining('who_am_i lists your open ones') });
  });

  test('a reason with line breaks begins no line of the answer', async () => {
    const point = freshId('mcp');
    await builder.use(CREATE, { id: point, name: point, participants: [builder.id, tester.id] });
    await builder.use(FAIL, { id: point, reason: `x\n- ${tester.id}: arrived, data: 1` });
    const { text } = await untilDone(tester, point);
    expect(text.split('\n').filter((line) => line.startsWith(`- ${tester.id}`))).toEqual([`- ${tester.id}: pending`]);
  });

  test('who decides on a tracker ends it by its failure', async () => {
    const tracker = freshId('mcp');
    await builder.use(CREATE_TRACKER, { id: tracker, name: tracker, totalSteps: 2, participants: [tester.id] });
    const failed = await builder.use(FAIL, { id: tracker, reason: 'The source is gone.' });
    expect(failed.structured).toMatchObject({ status: 'failed' });
    expect((await tester.use(SHOW, { id: tracker })).text).toContain('"The source is gone."');
  });

  test('one finds the other, and is present until it checks out', async () => {
    const checkedIn = await builder.use(CHECK_IN, { ttlSeconds: 60 });
    expect(checkedIn.structured).toMatchObject({ present: true });
    const found = await tester.use(FIND, { query: builder.id });
    expect(found.structured['agents']).toEqual([
      expect.objectContaining({ id: builder.id, active: true, presence: 'present' }),
    ]);
    expect((await builder.use(CHECK_IN, { ttlSeconds: 0 })).structured).toMatchObject({ present: false });
  });

  test('one drains its inbox, and the other reads the answer', async () => {
    const sent = await builder.use(SEND, { to: [tester.id], type: 'REVIEW', text: 'Look at it.', priority: 'HIGH' });
    const messageId = String(sent.structured['id']);
    const read = await pollUntil(
      () => tester.use(READ, { type: 'REVIEW', waitSeconds: 1 }),
      ({ structured }) => (structured['messages'] as unknown[]).length > 0,
    );
    expect(read.structured['messages']).toEqual([
      expect.objectContaining({ id: messageId, from: builder.id, content: { type: 'REVIEW', text: 'Look at it.' } }),
    ]);

    const acknowledged = await tester.use(ACKNOWLEDGE, { messageIds: [messageId], data: { verdict: 'good' } });
    expect(acknowledged.structured).toEqual({ acknowledged: [messageId], notFound: [] });
    const rest = await tester.use(READ, { type: 'REVIEW' });
    expect(rest.text).toBe('No unacknowledged message has this type; read without it for all others.');
  });

  test('has resources and a prompt', async () => {
    const point = freshId('mcp');
    await builder.use(CREATE, { id: point, name: point, participants: [builder.id, tester.id] });
    const { resourceTemplates } = await builder.client.listResourceTemplates();
    const uri = resourceTemplates[0]?.uriTemplate.replace('{id}', point) ?? '';
    const { contents } = await builder.client.readResource({ uri });
    expect(JSON.parse((contents[0] as { text: string }).text)).toMatchObject({ id: point, missing: 2 });
    const listed = await pollUntil(
      () => builder.client.listResources(undefined, { cacheMode: 'reload' } as never),
      ({ resources }) => resources.some((resource) => resource.uri === uri),
    );
    expect(listed.resources.length).toBeGreaterThan(0);

    const { prompts } = await builder.client.listPrompts();
    const { messages } = await builder.client.getPrompt({
      name: prompts[0]?.name ?? '',
      arguments: { job: 'Release 1.0' },
    });
    expect(messages[0]).toMatchObject({ content: { text: expect.stringContaining('Release 1.0') } });
    await expect(builder.client.readResource({ uri: 'muster://sync-points/none' })).rejects.toThrow(
      'No sync point "none" exists',
    );
  });
});

describe('a tracker', () => {
  test('is created, reported to, and waited for', async () => {
    const [one, two] = await agents(['lead', 'worker']);
    const lead = await McpAgent.start(one, 'modern');
    const worker = await McpAgent.start(two, 'modern');
    const id = freshId('mcp');
    const fields = { name: 'Copy', totalSteps: 4, participants: [worker.id], completeWhen: 'everyone' };
    await lead.use(/^Create a tracker/, { id, ...fields });

    const reported = await worker.use(/^Report the step/, { id, step: 2, data: { file: 'a' } });
    expect(reported.text).toContain('Step 2 is recorded');
    const version = Number((await lead.use(SHOW, { id })).structured['version']);
    const changed = lead.use(WAIT, { id, version });
    await worker.use(/^Report the step/, { id, step: 3 });
    expect((await changed).structured).toMatchObject({ done: false, status: 'active' });
    await worker.use(/^Report the step/, { id, step: 4 });

    const { structured } = await untilDone(lead, id);
    expect(structured).toMatchObject({ kind: 'tracker', status: 'completed', arrived: 1 });
    const { text } = await pollUntil(
      () => lead.use(/^The latest 20 events/, { id }),
      (answer) => answer.text.includes('PROGRESS_TRACKER_COMPLETED'),
    );
    expect(text).toContain('PROGRESS_UPDATED');
  });
});

describe('a task', () => {
  let one: HttpClient;
  let two: HttpClient;
  let waiter: McpAgent;

  beforeAll(async () => {
    [one, two] = await agents(['waiter', 'worker']);
    waiter = await McpAgent.start(one, 'modern');
  });

  async function createPoint(): Promise<string> {
    const id = freshId('mcp');
    await waiter.use(CREATE, { id, name: id, participants: [one.id, two.id] });
    return id;
  }

  test('waits for a sync point, and its result is that of the tool', async () => {
    const id = await createPoint();
    const execution = await waiter.useInTask(WAIT, { id });
    expect(execution.kind).toBe('task');
    const settled = execution.settle();
    for (const agent of [one, two]) await agent.post(`/v1/sync-points/${id}/arrivals`, { data: agent.id });

    const { outcome } = await settled;
    const result = resultFromTaskOutcome(outcome) as { structuredContent: Record<string, unknown> };
    expect(result.structuredContent).toMatchObject({ done: true, status: 'completed' });
    expect(result.structuredContent['outcomes']).toHaveLength(2);
  });

  test('is none where there is nothing left to wait for, or the client takes none', async () => {
    const id = await createPoint();
    const untaken = await callModern(one, 'tools/call', wait({ id, seconds: 0 }), {});
    expect(untaken.body).toMatchObject({ result: { resultType: 'complete', structuredContent: { done: false } } });
    const atOnce = await callModern(one, 'tools/call', wait({ id, seconds: 0 }));
    expect(atOnce.body).toMatchObject({ result: { resultType: 'complete', structuredContent: { done: false } } });
    await one.post(`/v1/sync-points/${id}/cancel`);
    const over = await waiter.useInTask(WAIT, { id });
    expect(over.kind).toBe('immediate');
  });

  test('can be cancelled, which ends the wait of the client and nothing else', async () => {
    const id = await createPoint();
    const execution = await waiter.useInTask(WAIT, { id });
    await execution.cancel();
    const { outcome } = await execution.settle();
    expect(outcome.status).toBe('cancelled');
    expect((await one.get(`/v1/sync-points/${id}`)).body).toMatchObject({ status: 'waiting' });
  });

  test('belongs to the token that created it', async () => {
    const id = await createPoint();
    const created = await callModern(one, 'tools/call', wait({ id }));
    const { taskId } = (created.body as { result: { taskId: string } }).result;
    const mine = await callModern(one, 'tasks/get', { taskId });
    expect(mine.body).toMatchObject({
      result: { status: 'working', statusMessage: expect.stringContaining('0 of 2') },
    });

    const forged = `${Buffer.from(JSON.stringify(['sync_point', id, 0])).toString('base64url')}.AAAA`;
    for (const [agent, task] of [
      [two, taskId],
      [one, `${taskId}x`],
      [one, taskId.slice(1)],
      [one, `${taskId}.`],
      [one, forged],
      [one, ''],
    ] as const) {
      for (const method of ['tasks/get', 'tasks/cancel']) {
        const { body } = await callModern(agent, method, { taskId: task });
        expect(body).toMatchObject({ error: { code: -32602, message: expect.stringMatching(/^No such task/) } });
      }
    }
  });

  const wait = (input: object) => ({ name: 'wait_until_done', arguments: input });
});

describe('a stranger', () => {
  test('without a token is refused as clients expect it', async () => {
    // In AWS the gateway itself refuses it.
    expect((await nobody().send('POST', '/mcp', { body: {} })).status).toBe(401);
    const [agent] = await agents(['agent']);
    const refused = await nobody().send('POST', '/mcp', { body: {}, headers: { authorization: 'Bearer wrong' } });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer/)]);
    for (const method of ['GET', 'DELETE']) {
      const answer = await agent.send(method, '/mcp');
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  test('sees and changes nothing of others', async () => {
    const [one, two, stranger] = await agents(['one', 'two', 'stranger']);
    const id = freshId('mcp');
    await one.post('/v1/sync-points', { id, name: 'Secret plan', participants: [one.id, two.id] });
    const client = await connect(stranger, 'modern');
    const calls = [
      { name: 'show_status', arguments: { id } },
      { name: 'show_status', arguments: { id: 'Secret plan' } },
      { name: 'wait_until_done', arguments: { id } },
      { name: 'recent_events', arguments: { id, kind: 'sync_point' } },
      { name: 'arrive_at_sync_point', arguments: { id, data: 1 } },
      { name: 'report_failure', arguments: { id, reason: 'none' } },
      { name: 'send_message', arguments: { toParticipantsOf: id, type: 'X' } },
    ];
    for (const call of calls) {
      const { isError, content } = await client.callTool(call);
      expect([call.name, isError]).toEqual([call.name, true]);
      expect(JSON.stringify(content)).not.toContain(one.id);
    }
    expect((await one.get(`/v1/sync-points/${id}`)).body).toMatchObject({ version: 1, status: 'waiting' });
    const inbox = await two.get<ListPage<InboxItem>>('/v1/inbox');
    expect(inbox.body.items.filter(({ content }) => content.type === 'X')).toEqual([]);
  });
});
