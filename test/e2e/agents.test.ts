import { describe, expect, test } from '@jest/globals';
import {
  admin,
  type AgentView,
  agents,
  type CreatedSyncPoint,
  type EventView,
  expectProblem,
  freshId,
  HttpClient,
  type InboxItem,
  type ListPage,
  nobody,
  pollUntil,
  stackUrl,
  TIME,
  timePasses,
  UUID,
} from '../support/http-client';

interface Registered {
  readonly agent: AgentView;
  readonly token: string;
}
interface CreatedToken {
  readonly tokenId: string;
  readonly agentId: string;
  readonly createdAt: string;
  readonly token: string;
}

const withToken = (id: string, token: string): HttpClient => new HttpClient(stackUrl(), id, token);
const TOKEN = /^muster_[\w-]{43}$/;

/** The authorizer's answers are cached for 5 s. */
async function expectRefusedSoon(client: HttpClient): Promise<void> {
  const refused = await pollUntil(
    () => client.get('/v1/me'),
    (answer) => answer.status !== 200,
    { limitMs: 10_000 },
  );
  expectProblem(refused, 401, 'auth.bad-token');
  expect(refused.headers.get('www-authenticate')).toBe('Bearer');
}

describe('registering', () => {
  test('with an id of one’s own answers the agent, where it is, and its token', async () => {
    const id = freshId('given');
    const answer = await admin().post<Registered>('/v1/agents', { id, name: 'Nightly build', metadata: { team: 'a' } });

    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/v1/agents/${id}`);
    expect(answer.body).toEqual({
      agent: {
        id,
        name: 'Nightly build',
        role: 'agent',
        active: true,
        presence: null,
        createdAt: expect.stringMatching(TIME),
        deactivatedAt: null,
        metadata: { team: 'a' },
        tokens: [{ id: expect.stringMatching(UUID), createdAt: answer.body.agent.createdAt }],
      },
      token: expect.stringMatching(TOKEN),
    });
    const read = await admin().get<AgentView>(`/v1/agents/${id}`);
    expect([read.status, read.body]).toEqual([200, answer.body.agent]);
  });

  test('without an id makes one', async () => {
    const one = await admin().post<Registered>('/v1/agents', { name: 'same' });
    const other = await admin().post<Registered>('/v1/agents', { name: 'same' });
    expect([one.status, other.status]).toEqual([201, 201]);
    expect(one.body.agent).toMatchObject({ id: expect.stringMatching(UUID), metadata: null });
    expect(other.body.agent.id).not.toBe(one.body.agent.id);
    expect(other.body.token).not.toBe(one.body.token);
  });

  test('is for admins', async () => {
    const [agent] = await agents(['plain']);
    expectProblem(await agent.post('/v1/agents', { name: 'friend' }), 403, 'auth.forbidden');
  });
});

describe('repeating a registration', () => {
  test('with the same id and body answers the same, token included; with another body 409', async () => {
    const body = { id: freshId('again'), name: 'once' };
    const first = await admin().post<Registered>('/v1/agents', body);
    const again = await admin().post<Registered>('/v1/agents', body);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expectProblem(await admin().post('/v1/agents', { ...body, name: 'twice' }), 409, 'agent.exists');
  });

  test('with the same idempotency key and body answers the same; with another body 422', async () => {
    const key = freshId('key');
    const first = await admin().post<Registered>('/v1/agents', { name: 'once' }, key);
    const again = await admin().post<Registered>('/v1/agents', { name: 'once' }, key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expectProblem(
      await admin().post('/v1/agents', { name: 'twice' }, key),
      422,
      'request.idempotency-key-reused',
      '#/idempotency-key',
    );
    expect((await withToken('', first.body.token).get('/v1/me')).body['id']).toBe(first.body.agent.id);
  });

  test('many times at once registers one agent', async () => {
    const body = { id: freshId('race'), name: 'racer' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => admin().post<Registered>('/v1/agents', body)));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
  });
});

describe('reading', () => {
  test('who am I', async () => {
    const id = freshId('me');
    const { body } = await admin().post<Registered>('/v1/agents', { id, name: 'Me Myself' });
    const me = await withToken(id, body.token).get('/v1/me');
    expect([me.status, me.body]).toEqual([
      200,
      { id, name: 'Me Myself', role: 'agent', tokenId: body.agent.tokens[0]?.id },
    ]);
    expect((await admin().get('/v1/me')).body).toMatchObject({ role: 'admin' });
  });

  test('others are seen in short, and changed by nobody: 404, as for what is not there', async () => {
    const [self, stranger] = await agents(['self', 'stranger']);
    const path = `/v1/agents/${self.id}`;
    const card = { id: self.id, name: 'self', role: 'agent', active: true, presence: null };
    const full = { metadata: null, tokens: [{}], deactivatedAt: null };
    expect((await stranger.get(path)).body).toEqual(card);
    for (const reader of [self, admin()]) expect((await reader.get(path)).body).toMatchObject({ ...card, ...full });
    for (const [method, path, body] of [
      ['PATCH', `/v1/agents/${self.id}`, { name: 'x' }],
      ['POST', `/v1/agents/${self.id}/tokens`, {}],
      ['DELETE', `/v1/agents/${self.id}/tokens/some-token`, undefined],
      ['POST', `/v1/agents/${self.id}/reactivate`, {}],
      ['GET', `/v1/agents/${freshId('missing')}`, undefined],
    ] as const) {
      expectProblem(await stranger.send(method, path, { body }), 404, 'agent.not-found');
    }
    expectProblem(await admin().get(`/v1/agents/${freshId('missing')}`), 404, 'agent.not-found');
  });

  test('the list has everyone once, by id, in pages; to agents it shows others in short', async () => {
    const [one, two, three] = await agents(['list', 'list', 'list']);
    const first = await admin().get<ListPage<AgentView>>('/v1/agents?limit=2');
    expect(first.body).toMatchObject({ items: [{ active: expect.any(Boolean) }, {}], nextCursor: expect.any(String) });
    const listed = await admin().all<AgentView>('/v1/agents');
    expect(listed.slice(0, 2)).toEqual(first.body.items);
    const ids = listed.map((agent) => agent.id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toEqual(expect.arrayContaining([one.id, two.id, three.id]));

    const seen = await one.all<AgentView>('/v1/agents');
    expect(seen.map(({ id }) => id)).toEqual(ids);
    const shown = (id: string) => Object.keys(seen.find((agent) => agent.id === id) ?? {});
    expect(shown(two.id)).toEqual(['id', 'name', 'role', 'active', 'presence']);
    expect(shown(one.id)).toContain('tokens');
  });
});

describe('changing', () => {
  test('oneself: name and metadata, each alone, and back to none', async () => {
    const [self] = await agents(['patch']);
    const path = `/v1/agents/${self.id}`;
    expect((await self.patch(path, { name: 'new' })).body).toMatchObject({ name: 'new', metadata: null });
    expect((await self.patch(path, { metadata: { a: 1 } })).body).toMatchObject({ name: 'new', metadata: { a: 1 } });
    expect((await self.patch(path, { metadata: null })).body).toMatchObject({ name: 'new', metadata: null });
    expect((await admin().patch(path, { name: 'by admin' })).body).toMatchObject({ name: 'by admin' });
    expect((await self.get('/v1/me')).body).toMatchObject({ name: 'by admin' });
  });
});

describe('deactivating', () => {
  test('is for admins; the tokens are refused everywhere, and the agent can be read but not changed', async () => {
    const [agent] = await agents(['leaver']);
    const path = `/v1/agents/${agent.id}`;
    expectProblem(await agent.delete(path), 403, 'auth.forbidden');

    const gone = await admin().delete(path);
    expect([gone.status, gone.text]).toEqual([204, '']);
    await expectRefusedSoon(agent);
    for (const [method, refusing] of [
      ['GET', '/v1/sync-points'],
      ['POST', '/v1/sync-points'],
      ['GET', '/v1/progress-trackers'],
      ['GET', '/v1/inbox'],
      ['GET', path],
    ] as const) {
      expectProblem(await agent.send(method, refusing), 401, 'auth.bad-token');
    }
    expect((await admin().get(path)).body).toMatchObject({
      active: false,
      deactivatedAt: expect.stringMatching(TIME),
      tokens: [],
    });
    expect((await admin().delete(path)).status).toBe(204);
    expectProblem(await admin().patch(path, { name: 'back' }), 409, 'agent.deactivated');
    expectProblem(await admin().post(`${path}/tokens`), 409, 'agent.deactivated');
  });

  test('is undone by an admin, with a new token and the same inbox', async () => {
    const body = { id: freshId('back'), name: 'comes back' };
    const first = await admin().post<Registered>('/v1/agents', body);
    const path = `/v1/agents/${body.id}`;
    const sender = await admin().post('/v1/messages', { recipients: [body.id], content: { type: 'HELLO' } });
    expectProblem(await admin().post(`${path}/reactivate`), 409, 'agent.active');
    await admin().delete(path);
    const refused = await admin().post('/v1/agents', body);
    expectProblem(refused, 409, 'agent.deactivated');
    expect(refused.body['detail']).toMatch(/was deactivated on .*; POST .*\/reactivate brings it back/);

    const key = freshId('key');
    const back = await admin().post<Registered>(`${path}/reactivate`, {}, key);
    expect([back.status, back.headers.get('location')]).toEqual([201, path]);
    expect(back.body.agent).toMatchObject({ id: body.id, active: true, deactivatedAt: null, tokens: [{}] });
    expect((await admin().post(`${path}/reactivate`, {}, key)).body).toEqual(back.body);
    const agent = withToken(body.id, back.body.token);
    expect((await agent.get('/v1/me')).status).toBe(200);
    await expectRefusedSoon(withToken(body.id, first.body.token));
    const inbox = await pollUntil(
      () => agent.all<{ id: string }>('/v1/inbox'),
      (items) => items.length > 0,
    );
    expect(inbox.map(({ id }) => id)).toEqual([sender.body['id']]);
  });

  test('of an agent that is not there is 404', async () => {
    expectProblem(await admin().delete(`/v1/agents/${freshId('missing')}`), 404, 'agent.not-found');
  });
});

describe('tokens', () => {
  test('rotate: a new one by oneself, then the old one is revoked and refused', async () => {
    const [agent] = await agents(['rotate']);
    const { tokenId: oldId } = (await agent.get<{ tokenId: string }>('/v1/me')).body;
    const made = await agent.post<CreatedToken>(`/v1/agents/${agent.id}/tokens`);
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/v1/agents/${agent.id}/tokens/${made.body.tokenId}`);
    expect(made.body).toEqual({
      tokenId: expect.stringMatching(UUID),
      agentId: agent.id,
      createdAt: expect.stringMatching(TIME),
      token: expect.stringMatching(TOKEN),
    });
    const renewed = withToken(agent.id, made.body.token);
    expect((await renewed.get('/v1/me')).body).toMatchObject({ id: agent.id, tokenId: made.body.tokenId });

    const revoked = await renewed.delete(`/v1/agents/${agent.id}/tokens/${oldId}`);
    expect([revoked.status, revoked.text]).toEqual([204, '']);
    await expectRefusedSoon(agent);
    expect((await renewed.get<AgentView>(`/v1/agents/${agent.id}`)).body.tokens).toEqual([
      { id: made.body.tokenId, createdAt: made.body.createdAt },
    ]);
    expectProblem(await renewed.delete(`/v1/agents/${agent.id}/tokens/${oldId}`), 404, 'token.not-found');
  });

  test('are made and revoked by an admin too', async () => {
    const [agent] = await agents(['helped']);
    const made = await admin().post<CreatedToken>(`/v1/agents/${agent.id}/tokens`, {});
    const second = withToken(agent.id, made.body.token);
    expect((await second.get('/v1/me')).status).toBe(200);
    expect((await admin().delete(`/v1/agents/${agent.id}/tokens/${made.body.tokenId}`)).status).toBe(204);
    await expectRefusedSoon(second);
    expect((await agent.get('/v1/me')).status).toBe(200);
  });

  test('with an idempotency key, a repeat makes no other', async () => {
    const [agent] = await agents(['keyed']);
    const key = freshId('key');
    const first = await agent.post<CreatedToken>(`/v1/agents/${agent.id}/tokens`, {}, key);
    const again = await agent.post<CreatedToken>(`/v1/agents/${agent.id}/tokens`, {}, key);
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect((await agent.get<AgentView>(`/v1/agents/${agent.id}`)).body.tokens).toHaveLength(2);
  });

  test('there are at most ten of an agent', async () => {
    const [agent] = await agents(['collector']);
    for (let count = 1; count < 10; count++) {
      expect((await agent.post(`/v1/agents/${agent.id}/tokens`)).status).toBe(201);
    }
    expectProblem(await agent.post(`/v1/agents/${agent.id}/tokens`), 409, 'agent.too-many-tokens');
  });

  test('that nobody has, and none at all, are 401', async () => {
    expectProblem(await withToken('x', `muster_${'x'.repeat(43)}`).get('/v1/me'), 401, 'auth.bad-token');
    const basic = await nobody().send('GET', '/v1/me', { headers: { authorization: 'Basic eDp5' } });
    expectProblem(basic, 401, 'auth.bad-token');
    expect((await nobody().get('/v1/me')).status).toBe(401);
  });

  test('appear in no later answer, and neither do their hashes', async () => {
    const body = { id: freshId('secret'), name: 'keeper' };
    const { token } = (await admin().post<Registered>('/v1/agents', body)).body;
    const agent = withToken(body.id, token);
    const secret = token.slice('muster_'.length);
    const answers = [
      await admin().get(`/v1/agents/${body.id}`),
      await agent.get(`/v1/agents/${body.id}`),
      await agent.patch(`/v1/agents/${body.id}`, { metadata: { a: 1 } }),
      await agent.get('/v1/me'),
      await agent.get('/v1/inbox'),
      await agent.get('/v1/agents'),
      await agent.get(`/v1/agents/${freshId('missing')}`),
      await agent.post('/v1/agents', { name: '' }),
      await admin().delete(`/v1/agents/${body.id}`),
      await admin().get(`/v1/agents/${body.id}`),
    ];
    for (const answer of answers) {
      const told = answer.text + JSON.stringify([...answer.headers]);
      expect(told).not.toContain(secret);
      expect(told).not.toMatch(/[\da-f]{64}/);
    }
  });
});

describe('presence', () => {
  const presenceOf = async (reader: HttpClient, id: string) =>
    (await reader.get<AgentView>(`/v1/agents/${id}`)).body.presence;

  test('a check-in is seen by others until the agent checks out', async () => {
    const [agent, other] = await agents(['present', 'looks']);
    const answer = await agent.send('PUT', '/v1/me/presence', { body: { ttlSeconds: 60 } });
    const presence = answer.body as { since: string; expiresAt: string };
    expect([answer.status, presence]).toEqual([
      200,
      {
        status: 'present',
        ttlSeconds: 60,
        since: expect.stringMatching(TIME),
        expiresAt: new Date(Date.parse(presence.since) + 60_000).toISOString(),
        lostAt: null,
      },
    ]);
    expect(await presenceOf(other, agent.id)).toEqual(presence);
    const listed = await other.all<AgentView>('/v1/agents');
    expect(listed.find(({ id }) => id === agent.id)?.presence).toEqual(presence);

    const again = await agent.send('PUT', '/v1/me/presence', { body: { ttlSeconds: 60 } });
    expect(again.body).toMatchObject({ status: 'present', since: presence.since });

    for (let time = 0; time < 2; time++) expect((await agent.delete('/v1/me/presence')).status).toBe(204);
    expect(await presenceOf(other, agent.id)).toBeNull();
  });

  test('who stops checking in is lost: its creator is told, and another sync point fails at once', async () => {
    const [agent, creator] = await agents(['silent', 'creator']);
    const presence = (await agent.send('PUT', '/v1/me/presence', { body: { ttlSeconds: 10 } })).body;
    const point = (whenLost?: 'fail') =>
      creator.post<CreatedSyncPoint>('/v1/sync-points', {
        ...{ name: 'waits', participants: [agent.id, creator.id] },
        ...(whenLost && { whenLost }),
      });
    const [told, failed] = [await point(), await point('fail')];
    expect([told.body.whenLost, failed.body.whenLost]).toEqual(['tell', 'fail']);
    const lostAt = String(presence['expiresAt']);
    await timePasses(Date.parse(lostAt));

    expect(await presenceOf(creator, agent.id)).toMatchObject({ status: 'lost', expiresAt: null, lostAt });
    // EventBridge Scheduler fires up to a minute late.
    const messages = await pollUntil(
      () => creator.all<InboxItem>('/v1/inbox?type=AGENT_LOST'),
      (items) => items.length > 0,
      { limitMs: 100_000 },
    );
    expect(messages.map(({ content }) => content)).toEqual([
      { type: 'AGENT_LOST', syncPointId: told.body.id, name: 'waits', agentId: agent.id, lostAt },
    ]);
    const ended = await pollUntil(
      () => creator.get<CreatedSyncPoint>(`/v1/sync-points/${failed.body.id}`),
      ({ body }) => body.status !== 'waiting',
    );
    expect(ended.body).toMatchObject({ status: 'failed', failedParticipants: [agent.id] });
    expect((await point('fail')).body).toMatchObject({ warnings: [{ code: 'agent.lost', agentId: agent.id }] });

    await agent.send('PUT', '/v1/me/presence', { body: { ttlSeconds: 10 } });
    const log = await pollUntil(
      () => admin().all<EventView>(`/v1/events?relatedId=${agent.id}`),
      (events) => events.some(({ type }) => type === 'AGENT_RETURNED'),
    );
    // The feed has the newest first.
    expect(log.map(({ type }) => type)).toEqual(expect.arrayContaining(['AGENT_LOST', 'AGENT_RETURNED']));
    await agent.delete('/v1/me/presence');
  });

  test.each([[9], [3_601], [10.5], ['60'], [null]])('a promise of %j seconds is refused', async (ttlSeconds) => {
    const [agent] = await agents(['wrong']);
    const answer = await agent.send('PUT', '/v1/me/presence', { body: { ttlSeconds } });
    expectProblem(answer, 422, 'request.invalid', '#/ttlSeconds');
  });
});
