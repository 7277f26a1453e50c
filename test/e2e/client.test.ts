/** The life of two agents with the client, on a real stack; client/test/ has what the client does when things fail. */
import { beforeAll, expect, test } from '@jest/globals';
import { ConflictError, Muster, NotFoundError, SyncPointFailed } from '@muster/client';
import { admin, freshId, pollUntil, stackUrl, TIME } from '../support/http-client';

const client = (token: string | null): Muster => new Muster({ url: stackUrl(), token: token ?? '' });

let boss: Muster;
let builder: Muster;
let tester: Muster;
const [builderId, testerId] = [freshId('builder'), freshId('tester')];
const participants = [builderId, testerId];

beforeAll(async () => {
  boss = client(admin().token);
  const registered = await Promise.all(participants.map((id) => boss.agents.register({ id, name: `${id}!` })));
  [builder, tester] = registered.map(({ token }) => client(token)) as [Muster, Muster];
});

test('an agent is who it was registered as, until it is deactivated; a new token is as good as the first', async () => {
  const id = freshId('guest');
  const { token } = await boss.agents.register({ id, name: 'Guest' });
  const guest = client(token);
  expect(await guest.whoAmI()).toMatchObject({ id, name: 'Guest', role: 'agent' });
  await guest.agents.update(id, { name: 'Guest of honour' });
  const { token: second } = await guest.tokens.create(id);
  expect(await client(second).agents.get(id)).toMatchObject({ name: 'Guest of honour', active: true });
  await boss.agents.deactivate(id);
  expect((await boss.agents.get(id)).active).toBe(false);
  const types = ['AGENT_DEACTIVATED', 'AGENT_REGISTERED'];
  await pollUntil(
    async () => (await boss.events.list({ relatedId: id }).toArray()).map(({ type }) => type).sort(),
    (found) => found.join() === types.join(),
  );
});

test('two agents arrive and wait, and each has the data of both', async () => {
  const { id, warnings } = await builder.syncPoints.create({ name: 'Nightly', participants });
  expect(warnings).toBeUndefined();
  const point = tester.syncPoint(id);
  const ends = await Promise.all([
    builder.syncPoints.arriveAndWait(id, { data: { image: 'sha256:1' } }),
    point.arriveAndWait({ data: { tests: 212 } }),
    point.wait({ until: ({ arrivedParticipants }) => arrivedParticipants.length >= 1, participants: false }),
  ]);

  const data = { [builderId]: { image: 'sha256:1' }, [testerId]: { tests: 212 } };
  for (const end of ends.slice(0, 2)) expect(end).toMatchObject({ syncPoint: { id, status: 'completed' }, data });
  expect(ends[2]).toMatchObject({ syncPoint: { id }, participants: [] });
  const arrivals = await point.arrivals({ limit: 1 }).toArray();
  expect(Object.fromEntries(arrivals.map((arrival) => [arrival.agentId, arrival.data]))).toEqual(data);
  await pollUntil(
    async () => (await point.events().toArray()).map(({ type }) => type).sort(),
    (types) => types.join() === 'AGENT_ARRIVED,AGENT_ARRIVED,SYNC_POINT_COMPLETED,SYNC_POINT_CREATED',
  );
});

test('a failure ends the wait of the others, and says who and why', async () => {
  const id = freshId('nightly');
  // It is waited for before it exists.
  const waiting = tester.syncPoints.arriveAndWait(id, { appearsWithinMs: 20_000 }).catch((error: unknown) => error);
  await builder.syncPoints.create({ id, name: 'Nightly', participants });
  await builder.syncPoint(id).fail({ reason: 'The compiler crashed', data: { exitCode: 139 } });
  const ended = await waiting;
  expect(ended).toBeInstanceOf(SyncPointFailed);
  expect(ended).toMatchObject({
    message: expect.stringMatching(/The compiler crashed/),
    end: { syncPoint: { status: 'failed', failedParticipants: [builderId] } },
  });

  const failed = await tester.syncPoints.participants(id, { outcome: 'failed' }).toArray();
  expect(failed).toMatchObject([{ agentId: builderId, reason: 'The compiler crashed', data: { exitCode: 139 } }]);
  await expect(tester.syncPoints.arrive(id)).rejects.toBeInstanceOf(ConflictError);
  await expect(tester.syncPoints.get(freshId('nowhere'))).rejects.toBeInstanceOf(NotFoundError);
});

test('wrapped loops report as they go; the tracker is complete when both are', async () => {
  const { id } = await boss.trackers.create({ name: 'Import', totalSteps: 3, participants, completeWhen: 'everyone' });
  const imported: string[] = [];
  const load = async (muster: Muster): Promise<void> => {
    for await (const row of muster.trackers.track(id).wrap(['a', 'b', 'c'])) imported.push(row);
  };
  const [end] = await Promise.all([boss.trackers.wait(id), load(builder), load(tester)]);

  expect(imported.sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  expect(end.tracker).toMatchObject({ status: 'completed', percent: 100 });
  expect(end.participants.map(({ agentId, outcome }) => [agentId, outcome])).toEqual(
    participants.map((agentId) => [agentId, 'arrived']),
  );
});

test('a loop whose body throws fails its participant with the reason', async () => {
  const { id } = await boss.trackers.create({ name: 'Import', totalSteps: 2, participants, completeWhen: 'everyone' });
  const failing = builder
    .tracker(id)
    .track()
    .wrap(['good', 'bad'], (row) => {
      if (row === 'bad') throw new Error('Row 2 has no key');
    });
  await expect(failing).rejects.toThrow('Row 2 has no key');

  const { participants: outcomes } = await boss.trackers.wait(id, { throwUnlessCompleted: false });
  expect(outcomes).toMatchObject([
    { agentId: builderId, outcome: 'failed', reason: 'Row 2 has no key', step: 1 },
    { agentId: testerId },
  ]);
});

test('what one sends the other handles, and the sender has its answers', async () => {
  const type = freshId('REVIEW');
  const sent = await Promise.all(
    [1, 2, 3].map((number) => builder.messages.send({ recipients: [testerId], content: { type, number } })),
  );
  const stop = new AbortController();
  const handled: unknown[] = [];
  for await (const message of tester.inbox.listen({ type, signal: AbortSignal.timeout(20_000) })) {
    await message.ack({ approved: message.content['number'] });
    handled.push(message.content['number']);
    if (handled.length === sent.length) break;
  }
  expect(handled.sort()).toEqual([1, 2, 3]);

  for (const [index, { id }] of sent.entries()) {
    expect((await builder.messages.get(id)).recipients).toEqual([
      {
        id: testerId,
        name: `${testerId}!`,
        acknowledgedAt: expect.stringMatching(TIME),
        data: { approved: index + 1 },
      },
    ]);
  }
  const { id: inReplyTo } = await builder.messages.send({ recipients: [testerId], content: { type, number: 4 } });
  await tester.inbox.handle(
    ({ content }) => {
      stop.abort();
      return { approved: content['number'] };
    },
    { type, signal: stop.signal, concurrency: 2 },
  );
  expect(await builder.messages.recipients(inReplyTo).toArray()).toMatchObject([{ data: { approved: 4 } }]);
  const listed = await builder.messages.list().toArray({ limit: 4 });
  expect(listed.map(({ id }) => id).sort()).toEqual([...sent.map(({ id }) => id), inReplyTo].sort());
});

test('presence is kept until it is disposed', async () => {
  const seen = async (): Promise<string | undefined> => (await tester.agents.get(builderId)).presence?.status;
  expect(await seen()).toBeUndefined();
  {
    await using presence = await builder.presence.keep({ ttlSeconds: 10 });
    expect(presence).toBeDefined();
    expect(await seen()).toBe('present');
  }
  expect(await seen()).toBeUndefined();
});
