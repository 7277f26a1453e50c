/** `muster mcp` with the official clients of both eras: a process for each agent. */
import { resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { agents, freshId, type HttpClient, nobody } from '../support/http-client';
import { connect, type Era, McpAgent } from '../support/mcp-agent';
import { stdioWire, type StdioWire } from '../support/mcp-stdio';

const CREATE = /^Create a barrier/;
const ARRIVE = /^Say that your part is done/;
const WAIT = /^Wait until/;

const wires: StdioWire[] = [];

function wireOf(agent: HttpClient): StdioWire {
  const wire = stdioWire(agent);
  wires.push(wire);
  return wire;
}

afterAll(async () => {
  await Promise.all(wires.map((wire) => wire.close()));
});

describe.each<Era>(['legacy', 'modern'])('two agents of the %s era', (era) => {
  let builder: McpAgent;
  let tester: McpAgent;

  beforeAll(async () => {
    const [one, two] = await agents(['builder', 'tester']);
    [builder, tester] = (await Promise.all([one, two].map((agent) => McpAgent.start(agent, era, wireOf(agent))))) as [
      McpAgent,
      McpAgent,
    ];
    expect([builder.client.getProtocolEra(), tester.client.getProtocolEra()]).toEqual([era, era]);
  });

  test('meet at a sync point, each with the result of the other', async () => {
    const id = freshId('mcp');
    const participants = [builder.id, tester.id];
    await builder.use(CREATE, { id, name: 'Nightly', participants, deadlineSeconds: 600 });
    await builder.use(ARRIVE, { id, data: { image: 'Ünlü\u2028' } });
    const waiting = builder.use(WAIT, { id });
    await tester.use(ARRIVE, { id, data: { passed: 12 } });

    for (const { structured } of [await waiting, await tester.use(WAIT, { id })]) {
      expect(structured).toMatchObject({ done: true, status: 'completed' });
      expect(structured['outcomes']).toEqual([
        { agentId: builder.id, outcome: 'arrived', data: { image: 'Ünlü\u2028' } },
        { agentId: tester.id, outcome: 'arrived', data: { passed: 12 } },
      ]);
    }
  });

  test('read what else there is, and are told of errors as over HTTP', async () => {
    const { prompts } = await builder.client.listPrompts();
    expect(prompts).toHaveLength(1);
    await expect(builder.client.readResource({ uri: 'muster://sync-points/none' })).rejects.toThrow(
      'No sync point "none" exists',
    );
  });
});

test('a wait is a task', async () => {
  const [one, two] = await agents(['waiter', 'worker']);
  const waiter = await McpAgent.start(one, 'modern', wireOf(one));
  const id = freshId('mcp');
  await waiter.use(CREATE, { id, name: id, participants: [one.id, two.id] });
  const execution = await waiter.useInTask(WAIT, { id });
  expect(execution.kind).toBe('task');
  const settled = execution.settle();
  for (const agent of [one, two]) await agent.post(`/v1/sync-points/${id}/arrivals`, { data: agent.id });

  const { outcome } = await settled;
  expect(resultFromTaskOutcome(outcome)).toMatchObject({ structuredContent: { done: true, status: 'completed' } });
});

test.each<Era>(['legacy', 'modern'])('a client of the %s era learns why it is refused', async (era) => {
  const stranger = nobody();
  await expect(connect(stranger, era, wireOf(stranger))).rejects.toThrow(/Run muster login, or set MUSTER_TOKEN/);
});
