import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  admin,
  daysAhead,
  agents,
  type Answer,
  expectProblem,
  freshId,
  type HttpClient,
  idsOf,
  type InboxItem,
  type ListPage,
  manyAgents,
  nobody,
  pollUntil,
  register,
  TIME,
} from '../support/http-client';

type SentMessage = Pick<
  InboxItem,
  'id' | 'sender' | 'timestamp' | 'priority' | 'content' | 'requiresAcknowledgment'
> & {
  readonly recipients: { readonly id: string; readonly acknowledgedAt: string | null; readonly data?: unknown }[];
  readonly nextCursor?: string | null;
};

let sender: HttpClient;
let one: HttpClient;
let two: HttpClient;
let stranger: HttpClient;

beforeAll(async () => {
  [sender, one, two, stranger] = await agents(['sender', 'one', 'two', 'stranger']);
});

const text = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  recipients: [one.id, two.id],
  content: { type: 'REVIEW_REQUESTED', change: 'a1b2' },
  ...fields,
});

async function send(fields: Record<string, unknown> = {}, key?: string): Promise<SentMessage> {
  const sent = await sender.post<SentMessage>('/v1/messages', text(fields), key);
  expect([sent.status, sent.text]).toEqual([201, expect.any(String)]);
  expect(sent.headers.get('location')).toBe(`/v1/messages/${sent.body.id}`);
  return sent.body;
}

const inbox = async (client: HttpClient, query = ''): Promise<InboxItem[]> =>
  await client.all<InboxItem>(`/v1/inbox${query}`);

/** The message in an inbox, once it is there. */
const received = async (client: HttpClient, id: string): Promise<InboxItem> => {
  const items = await pollUntil(
    () => inbox(client),
    (found) => found.some((item) => item.id === id),
  );
  const [item, ...more] = items.filter((found) => found.id === id);
  expect(more).toEqual([]);
  if (!item) throw new Error(`no message ${id}`);
  return item;
};

const acknowledge = (client: HttpClient, id: string, body?: object): Promise<Answer<InboxItem>> =>
  client.post<InboxItem>(`/v1/inbox/${id}/ack`, body);

describe('sending', () => {
  test('reaches every recipient, and the sender sees who has acknowledged, and when', async () => {
    const sent = await send({ priority: 'HIGH', requiresAcknowledgment: true });
    const expected = {
      id: sent.id,
      sender: { id: sender.id, name: 'sender' },
      recipients: [
        { id: one.id, name: 'one' },
        { id: two.id, name: 'two' },
      ],
      timestamp: expect.stringMatching(TIME),
      priority: 'HIGH',
      content: { type: 'REVIEW_REQUESTED', change: 'a1b2' },
      requiresAcknowledgment: true,
      expiresAt: null,
      inReplyTo: null,
    };
    expect(sent).toEqual({
      ...expected,
      recipientCount: 2,
      recipients: expected.recipients.map((recipient) => ({ ...recipient, acknowledgedAt: null })),
    });
    expect(await received(one, sent.id)).toEqual({ ...expected, acknowledgedAt: null });
    expect(await received(two, sent.id)).toEqual({ ...expected, acknowledgedAt: null });

    const acknowledged = await acknowledge(one, sent.id, { data: { verdict: 'fine' } });
    expect([acknowledged.status, acknowledged.body]).toEqual([
      200,
      { ...expected, acknowledgedAt: expect.stringMatching(TIME), repeated: false, data: { verdict: 'fine' } },
    ]);
    const read = await sender.get<SentMessage>(`/v1/messages/${sent.id}`);
    expect(read.body.recipients).toEqual([
      { id: one.id, name: 'one', acknowledgedAt: acknowledged.body.acknowledgedAt, data: { verdict: 'fine' } },
      { id: two.id, name: 'two', acknowledgedAt: null },
    ]);
    const again = await acknowledge(one, sent.id, { data: 'other' });
    expect(again.body).toEqual({ ...acknowledged.body, repeated: true, data: { verdict: 'fine' } });
    expect((await sender.get<SentMessage>(`/v1/messages/${sent.id}`)).body).toEqual(read.body);
  });

  test('needs recipients and content only', async () => {
    expect(await send()).toMatchObject({ priority: 'MEDIUM', requiresAcknowledgment: false });
  });

  test('waits for recipients that are registered later', async () => {
    const later = freshId('later');
    const sent = await send({ recipients: [later] });
    expect(sent).toMatchObject({
      recipients: [{ id: later, name: later, acknowledgedAt: null }],
      warnings: [{ code: 'agent.not-registered', agentId: later }],
    });
    const client = await register(admin(), later, 'Later');
    expect((await received(client, sent.id)).content).toEqual(sent.content);
  });

  test('can be to oneself, and to a hundred', async () => {
    const crowd = await manyAgents(99, 'crowd');
    const sent = await send({ recipients: [...idsOf(crowd), sender.id] });
    const [first, last] = [crowd[0], crowd.at(-1)];
    if (!first || !last) throw new Error('no crowd');
    for (const client of [first, last, sender]) {
      expect((await received(client, sent.id)).recipients).toHaveLength(100);
    }
  });

  test('again with the same key is the same message, once in the inbox; another body is refused', async () => {
    const key = freshId('key');
    const first = await send({ requiresAcknowledgment: true }, key);
    await received(one, first.id);
    await acknowledge(one, first.id);
    expect((await send({ requiresAcknowledgment: true }, key)).id).toBe(first.id);
    const marker = await send();
    await received(one, marker.id);
    expect((await received(one, first.id)).acknowledgedAt).toMatch(TIME);
    const other = await sender.post('/v1/messages', text({ priority: 'LOW' }), key);
    expectProblem(other, 422, 'request.idempotency-key-reused', '#/idempotency-key');
    const elsewhere = await stranger.post<SentMessage>('/v1/messages', text(), key);
    expect([elsewhere.status, elsewhere.body.id === first.id]).toEqual([201, false]);
  });

  test('is shown to its sender and admins only', async () => {
    const sent = await send();
    expect((await admin().get<SentMessage>(`/v1/messages/${sent.id}`)).body).toEqual({ ...sent, nextCursor: null });
    for (const client of [one, stranger]) {
      expectProblem(await client.get(`/v1/messages/${sent.id}`), 404, 'message.not-found');
    }
    expectProblem(await sender.get(`/v1/messages/${freshId('none')}`), 404, 'message.not-found');
    expect((await nobody().post('/v1/messages', text())).status).toBe(401);
    expectProblem(await acknowledge(stranger, sent.id), 404, 'message.not-found');
  });

  const bytes = (count: number): string => 'x'.repeat(count);
  test.each<[string, Record<string, unknown>, string]>([
    ['no recipients', { recipients: [] }, '#/recipients'],
    ['a roster of both kinds', { recipients: { syncPointId: 'a', progressTrackerId: 'b' } }, '#/recipients'],
    ['a roster that is no id', { recipients: { syncPointId: 'a b' } }, '#/recipients/syncPointId'],
    ['an expiry that is past', { expiresAt: '2020-01-01T00:00:00Z' }, '#/expiresAt'],
    ['an expiry 367 days ahead', { expiresAt: daysAhead(367) }, '#/expiresAt'],
    ['two expiries', { expiresAt: daysAhead(1), expiresInSeconds: 5 }, '#/expiresInSeconds'],
    ['an expiry at once', { expiresInSeconds: 0 }, '#/expiresInSeconds'],
    ['an answer to what is no id', { inReplyTo: 'a b' }, '#/inReplyTo'],
    ['recipients of another kind', { recipients: 'one' }, '#/recipients'],
    ['a recipient twice', { recipients: ['a', 'a'] }, '#/recipients/1'],
    ['101 recipients', { recipients: Array.from({ length: 101 }, (_, index) => `r-${index}`) }, '#/recipients'],
    ['a recipient that is no id', { recipients: ['a b'] }, '#/recipients/0'],
    ['no content', { content: undefined }, '#/content'],
    ['content that is a text', { content: 'hello' }, '#/content'],
    ['content without type', { content: { text: 'hello' } }, '#/content/type'],
    ['an empty type', { content: { type: '' } }, '#/content/type'],
    ['a type with a control character', { content: { type: 'a\u0001' } }, '#/content/type'],
    ['a type with half a character', { content: { type: '\ud800' } }, '#/content/type'],
    ['a type of the service', { content: { type: 'SYNC_POINT_COMPLETED' } }, '#/content/type'],
    ['content too large', { content: { type: 'T', text: bytes(65_536) } }, '#/content'],
    ['a priority there is not', { priority: 'URGENT' }, '#/priority'],
    ['an acknowledgement asked for in words', { requiresAcknowledgment: 'yes' }, '#/requiresAcknowledgment'],
    ['a field there is not', { subject: 'hello' }, '#/subject'],
    ['a sender of its own choice', { sender: 'admin' }, '#/sender'],
  ])('%s is refused', async (_what, fields, pointer) => {
    expectProblem(await sender.post('/v1/messages', text(fields)), 422, 'request.invalid', pointer);
  });
});

describe('sending to a roster', () => {
  test('reaches every participant, by those related to it; its sender pages through the recipients', async () => {
    const ids = idsOf([one, two]);
    const point = await sender.post<{ id: string }>('/v1/sync-points', { name: 'meeting', participants: ids });
    const recipients = { syncPointId: point.body.id };
    const sent = await send({ recipients });
    expect(sent).toMatchObject({ recipientsOf: recipients, recipientCount: 2, recipients: ids.map((id) => ({ id })) });
    for (const client of [one, two]) {
      expect(await received(client, sent.id)).toMatchObject({
        recipientsOf: recipients,
        recipients: [{ id: client.id }],
      });
    }
    const first = await sender.get<SentMessage>(`/v1/messages/${sent.id}?limit=1`);
    const cursor = first.body.nextCursor ?? '';
    const second = await sender.get<SentMessage>(`/v1/messages/${sent.id}?limit=1&cursor=${cursor}`);
    expect([first, second].flatMap(({ body }) => body.recipients.map(({ id }) => id))).toEqual(ids);
    expect(second.body.nextCursor).toBeNull();
    const forged = Buffer.from(cursor, 'base64url').toString().replace(/"1"]$/, '"-1"]');
    const asked = await sender.get(`/v1/messages/${sent.id}?cursor=${Buffer.from(forged).toString('base64url')}`);
    expectProblem(asked, 422, 'request.invalid', '#/cursor');

    const large = text({ recipients, content: { type: 'T', text: 'x'.repeat(4_096) } });
    expectProblem(await sender.post('/v1/messages', large), 422, 'request.invalid', '#/content');
    const foreign = await stranger.post('/v1/messages', text({ recipients }));
    expectProblem(foreign, 404, 'sync-point.not-found');
    const tracker = await sender.post<{ id: string }>('/v1/progress-trackers', { name: 'alone', totalSteps: 1 });
    const toNobody = await sender.post('/v1/messages', text({ recipients: { progressTrackerId: tracker.body.id } }));
    expectProblem(toNobody, 422, 'request.invalid', '#/recipients');
  });
});

test('whoever sends messages can list them, newest first, with the one that each answers', async () => {
  const [asker] = await agents(['asker']);
  const post = async (fields: Record<string, unknown>): Promise<SentMessage> =>
    (await asker.post<SentMessage>('/v1/messages', text(fields))).body;
  const asked = await post({});
  const answer = await post({ inReplyTo: asked.id });
  const listed = await pollUntil(
    () => asker.all<SentMessage>('/v1/messages', 1),
    ({ length }) => length === 2,
  );
  expect(listed).toMatchObject([
    { id: answer.id, inReplyTo: asked.id, recipients: [{ id: one.id }, { id: two.id }] },
    { id: asked.id, inReplyTo: null },
  ]);
  expect((await received(one, answer.id)).inReplyTo).toBe(asked.id);
});

describe('the inbox', () => {
  test('is filtered by type, priority and what is unacknowledged: most urgent first, oldest first within', async () => {
    const [reader] = await agents(['reader']);
    const to = { recipients: [reader.id] };
    const plain = await send({ ...to, priority: 'LOW' });
    const urgent = await send({ ...to, priority: 'HIGH', requiresAcknowledgment: true });
    const other = await send({ ...to, content: { type: 'OTHER' }, requiresAcknowledgment: true });
    for (const { id } of [plain, urgent, other]) await received(reader, id);
    const idsFor = async (query: string): Promise<string[]> => (await inbox(reader, query)).map(({ id }) => id);

    expect(await idsFor('')).toEqual([plain.id, urgent.id, other.id]);
    expect(await idsFor('?type=OTHER')).toEqual([other.id]);
    expect(await idsFor('?type=NONE')).toEqual([]);
    expect(await idsFor('?priority=HIGH')).toEqual([urgent.id]);
    expect(await idsFor('?unacknowledged=true')).toEqual([urgent.id, other.id, plain.id]);
    expect(await idsFor('?unacknowledged=true&priority=LOW')).toEqual([plain.id]);
    expect(await idsFor('?unacknowledged=true&type=OTHER')).toEqual([other.id]);
    expect((await reader.all<InboxItem>('/v1/inbox?unacknowledged=true', 1)).map(({ id }) => id)).toEqual([
      urgent.id,
      other.id,
      plain.id,
    ]);
    await acknowledge(reader, urgent.id);
    expect(await idsFor('?unacknowledged=true')).toEqual([other.id, plain.id]);
    expect(await idsFor('?unacknowledged=false')).toEqual([plain.id, urgent.id, other.id]);
    expect((await reader.all<InboxItem>('/v1/inbox', 1)).map(({ id }) => id)).toEqual([plain.id, urgent.id, other.id]);
  });

  test('acknowledges many at once, tells which are repeated and which are not there', async () => {
    const [reader] = await agents(['bulk-reader']);
    const sent = [await send({ recipients: [reader.id] }), await send({ recipients: [reader.id] })];
    for (const { id } of sent) await received(reader, id);
    const [first = '', second = ''] = sent.map(({ id }) => id);
    await acknowledge(reader, second);
    const none = freshId('none');
    const { status, body } = await reader.post('/v1/inbox/acks', { messageIds: [second, none, first], data: 7 });
    expect([status, body]).toEqual([
      200,
      {
        items: [
          { messageId: second, acknowledgedAt: expect.stringMatching(TIME), repeated: true },
          { messageId: first, acknowledgedAt: expect.stringMatching(TIME), repeated: false },
        ],
        notFound: [none],
      },
    ]);
    expect(await inbox(reader, '?unacknowledged=true')).toEqual([]);
    const { recipients } = (await sender.get<SentMessage>(`/v1/messages/${first}`)).body;
    expect(recipients).toMatchObject([{ id: reader.id, data: 7 }]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no messages', { messageIds: [] }, '#/messageIds'],
    ['101 messages', { messageIds: Array.from({ length: 101 }, (_, index) => `m-${index}`) }, '#/messageIds'],
    ['a message twice', { messageIds: ['m', 'm'] }, '#/messageIds/1'],
    ['data of 5 KiB', { messageIds: ['m'], data: 'x'.repeat(5_000) }, '#/data'],
  ])('acknowledging %s is refused', async (_what, body, pointer) => {
    expectProblem(await one.post('/v1/inbox/acks', body), 422, 'request.invalid', pointer);
  });

  test('can be waited for', async () => {
    const [reader] = await agents(['waiting-reader']);
    const waiting = reader.get<ListPage<InboxItem>>('/v1/inbox?wait=20&type=AWAITED');
    const passed = await send({ recipients: [reader.id] });
    await received(reader, passed.id);
    const awaited = await send({ recipients: [reader.id], content: { type: 'AWAITED' } });
    expect((await waiting).body.items.map(({ id }) => id)).toEqual([awaited.id]);
  });

  test('can be consumed: a wait for what is not acknowledged passes over what has been dealt with', async () => {
    const [consumer] = await agents(['consumer']);
    const old = await send({ recipients: [consumer.id] });
    await received(consumer, old.id);
    await acknowledge(consumer, old.id);
    const waiting = consumer.get<ListPage<InboxItem>>('/v1/inbox?unacknowledged=true&wait=20');
    const task = await send({ recipients: [consumer.id] });
    expect((await waiting).body.items.map(({ id }) => id)).toEqual([task.id]);
    await acknowledge(consumer, task.id);
    expect((await consumer.get<ListPage<InboxItem>>('/v1/inbox?unacknowledged=true&wait=0.1')).body.items).toEqual([]);
  });

  test.each([
    ['?unacknowledged=yes', '#/unacknowledged'],
    ['?priority=high', '#/priority'],
    ['?wait=21', '#/wait'],
    ['?wait=-1', '#/wait'],
    ['?limit=0', '#/limit'],
    ['?limit=101', '#/limit'],
    ['?cursor=x', '#/cursor'],
    ['?from=1', '#/from'],
  ])('%s is refused', async (query, pointer) => {
    expectProblem(await one.get(`/v1/inbox${query}`), 422, 'request.invalid', pointer);
  });

  test("another agent's cursor does not lead into their inbox", async () => {
    const [first, second] = await agents(['first', 'second']);
    for (const { id } of [await send({ recipients: [first.id] }), await send({ recipients: [first.id] })]) {
      await received(first, id);
    }
    const page = await first.get<ListPage<InboxItem>>('/v1/inbox?limit=1');
    expect(page.body.nextCursor).not.toBeNull();
    const stolen = await second.get<ListPage<InboxItem>>(`/v1/inbox?cursor=${page.body.nextCursor ?? ''}`);
    expect(stolen.status === 200 ? stolen.body.items : stolen.status).toEqual(stolen.status === 200 ? [] : 422);
  });
});
