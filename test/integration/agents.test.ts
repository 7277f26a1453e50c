import { registerAgent } from '../../lib/agents/register';
import { deactivateAgent, lookUpAgent, patchAgent, readAgent, readAgentList } from '../../lib/agents/manage';
import { beforeEach, expect, test } from '@jest/globals';
import { createToken, reactivateAgent, revokeToken } from '../../lib/agents/tokens';
import { findCaller } from '../../lib/agents/store';
import { hashToken } from '../../lib/agents/token';
import { MusterError } from '../../lib/common/errors';
import { listEvents } from '../../lib/events/store';
import { admin, agent, createWorld, type World } from '../support/world';
import { scanAll } from '../support/test-table';

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

const register = (input: { id?: string; name: string }, key?: string, token = 'admins-token') =>
  registerAgent(world, admin, input, { key, callersToken: token });
const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof MusterError ? error.code : String(error)),
  );

test.each<[{ id?: string; name: string }, string | undefined]>([
  [{ id: 'builder', name: 'Builder' }, undefined],
  [{ name: 'Builder' }, 'key-1'],
  [{ id: 'builder', name: 'Builder' }, 'key-1'],
])('registering %j again with key %s gives the first answer, whatever tokens were made since', async (input, key) => {
  const first = await register(input, key);
  for (let count = 0; count < 8; count++) {
    world.clock.advance(1);
    await createToken(world, admin, first.agent.id, { key: undefined, callersToken: 'admins-token' });
  }
  const again = await register(input, key);
  expect(again.token).toBe(first.token);
  expect([...again.agent.tokens.keys()]).toEqual([...first.agent.tokens.keys()]);
  expect(await codeOf(register({ ...input, name: 'Other' }, key))).toBe(
    input.id === undefined ? 'request.idempotency-key-reused' : 'agent.exists',
  );
});

test('registering one id 10 times at once makes one agent with one token', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => register({ id: 'x', name: 'X' })));
  expect(new Set(answers.map((answer) => answer.token)).size).toBe(1);
  const stored = await scanAll(world.table);
  expect(stored.filter((item) => item['sk'] === 'TOKEN')).toHaveLength(1);
});

test('a token is stored as its hash alone, and stands for its agent until it is revoked', async () => {
  const { token } = await register({ id: 'x', name: 'X' });
  const second = await createToken(world, agent('x'), 'x', { key: undefined, callersToken: token });
  expect(JSON.stringify(await scanAll(world.table))).not.toContain(token);
  expect(await findCaller(world.table, hashToken(second.token))).toMatchObject({ agentId: 'x', role: 'agent' });

  await revokeToken(world, agent('x'), 'x', second.tokenId);

  expect(await findCaller(world.table, hashToken(second.token))).toBeNull();
  expect(await findCaller(world.table, hashToken(token))).not.toBeNull();
  expect(await codeOf(revokeToken(world, agent('x'), 'x', second.tokenId))).toBe('token.not-found');
});

test('deactivating takes every token and is for admins; nobody changes a deactivated agent', async () => {
  const { token } = await register({ id: 'x', name: 'X' });
  expect(await codeOf(deactivateAgent(world, agent('x'), 'x'))).toBe('auth.forbidden');
  expect(await codeOf(deactivateAgent(world, agent('y'), 'x'))).toBe('agent.not-found');

  await deactivateAgent(world, admin, 'x');
  const { deactivatedAtMs } = await readAgent(world, admin, 'x');
  world.clock.advance(5);
  await deactivateAgent(world, admin, 'x');

  expect(await findCaller(world.table, hashToken(token))).toBeNull();
  expect((await readAgent(world, admin, 'x')).deactivatedAtMs).toBe(deactivatedAtMs);
  expect(await codeOf(patchAgent(world, admin, 'x', { name: 'Y' }))).toBe('agent.deactivated');
  expect(await codeOf(createToken(world, admin, 'x', { key: undefined, callersToken: 't' }))).toBe('agent.deactivated');
});

test('changes at once all count, up to ten tokens', async () => {
  await register({ id: 'x', name: 'X' });
  const made = await Promise.allSettled([
    ...Array.from({ length: 3 }, () => createToken(world, admin, 'x', { key: undefined, callersToken: 't' })),
    patchAgent(world, agent('x'), 'x', { name: 'Renamed' }),
    patchAgent(world, agent('x'), 'x', { metadata: { team: 7 } }),
  ]);
  expect(made.map((one) => one.status)).toEqual(made.map(() => 'fulfilled'));
  const changed = await readAgent(world, admin, 'x');
  expect(changed).toMatchObject({ name: 'Renamed', metadata: { team: 7 } });
  expect(changed.tokens.size).toBe(4);
  for (let count = 4; count < 10; count++) {
    await createToken(world, admin, 'x', { key: undefined, callersToken: 't' });
  }
  expect(await codeOf(createToken(world, admin, 'x', { key: undefined, callersToken: 't' }))).toBe(
    'agent.too-many-tokens',
  );
});

// Known: the token is made from the key again, and nothing remembers that it was revoked.
test('a revoked token does not come back when its making is repeated', async () => {
  await register({ id: 'x', name: 'X' });
  const make = () => createToken(world, agent('x'), 'x', { key: 'rotate-1', callersToken: 'xs-token' });
  const first = await make();
  expect(await make()).toEqual(first);
  await revokeToken(world, agent('x'), 'x', first.tokenId);
  await make().catch(() => undefined);
  expect(await findCaller(world.table, hashToken(first.token))).toBeNull();
});

test('registration and deactivation are an event each', async () => {
  await register({ id: 'x', name: 'X' });
  await patchAgent(world, agent('x'), 'x', { name: 'Y' });
  await deactivateAgent(world, admin, 'x');
  await world.dispatchAll(2);
  expect(
    [...new Set(world.onBus.map((event) => `${event.type} ${event.id}`))].map((text) => text.split(' ')[0]),
  ).toEqual(['AGENT_REGISTERED', 'AGENT_DEACTIVATED']);
});

const reactivate = (key?: string) => reactivateAgent(world, admin, 'x', { key, callersToken: 'admins-token' });

test('an agent goes and comes back any number of times, with one event each and one valid token', async () => {
  await register({ id: 'x', name: 'X' });
  const tokens: string[] = [];
  for (let time = 0; time < 3; time++) {
    await deactivateAgent(world, admin, 'x');
    // All in one millisecond: the log must have them in order nevertheless.
    tokens.push((await reactivate()).token);
    await world.dispatchAll(2);
  }
  const log = await listEvents(world.table, { kind: 'AGENT', id: 'x', createdAtMs: 0 }, { limit: 100 });
  expect(log.items.map(({ type }) => type)).toEqual([
    'AGENT_REGISTERED',
    ...['AGENT_DEACTIVATED', 'AGENT_REACTIVATED'],
    ...['AGENT_DEACTIVATED', 'AGENT_REACTIVATED'],
    ...['AGENT_DEACTIVATED', 'AGENT_REACTIVATED'],
  ]);
  const valid = await Promise.all(tokens.map((token) => findCaller(world.table, hashToken(token))));
  expect(valid.map((caller) => caller?.agentId)).toEqual([undefined, undefined, 'x']);
});

test('a repeated reactivation returns the same token, but never brings back what was deactivated since', async () => {
  await register({ id: 'x', name: 'X' });
  expect(await codeOf(reactivate('k'))).toBe('agent.active');
  await deactivateAgent(world, admin, 'x');
  const answers = await Promise.all(Array.from({ length: 5 }, () => reactivate('k')));
  expect(new Set(answers.map(({ token }) => token)).size).toBe(1);
  expect(await codeOf(reactivate('other'))).toBe('agent.active');

  await deactivateAgent(world, admin, 'x');
  expect(await codeOf(reactivate('k'))).toBe('token.revoked');
  expect((await readAgent(world, admin, 'x')).active).toBe(false);
  expect(await codeOf(reactivateAgent(world, agent('y'), 'x', { key: undefined, callersToken: 't' }))).toBe(
    'agent.not-found',
  );
});

test.each<[{ id?: string; name: string }, string | undefined]>([
  [{ id: 'x', name: 'X' }, undefined],
  [{ id: 'x', name: 'other' }, undefined],
  [{ name: 'X' }, 'key-1'],
])('registering %j with key %s once more after its deactivation says how to bring it back', async (input, key) => {
  const first = await register(input.name === 'other' ? { id: 'x', name: 'X' } : input, key);
  await deactivateAgent(world, admin, first.agent.id);
  await expect(register(input, key)).rejects.toMatchObject({
    code: 'agent.deactivated',
    message: `Agent "${first.agent.id}" was deactivated on 2026-03-01T12:00:00.000Z; POST /v1/agents/${first.agent.id}/reactivate brings it back.`,
  });
});

test('with the directory turned off, agents see only themselves', async () => {
  await register({ id: 'x', name: 'X' });
  await register({ id: 'y', name: 'Y' });
  const closed = { ...world, agentDirectory: false };
  expect(await codeOf(lookUpAgent(closed, agent('y'), 'x'))).toBe('agent.not-found');
  expect(await codeOf(readAgentList(closed, agent('y'), {}))).toBe('auth.forbidden');
  for (const caller of [agent('x'), admin]) expect((await lookUpAgent(closed, caller, 'x')).id).toBe('x');
  expect((await readAgentList(closed, admin, {})).items).toHaveLength(2);
  expect((await lookUpAgent({ ...closed, agentDirectory: true }, agent('y'), 'x')).id).toBe('x');
});
