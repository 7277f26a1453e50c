import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  admin,
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
> & { readonly recipients: { readonly id: string; readonly name: string; readonly acknowledgedAt: string | null }[] };

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

const acknowledge = (client: HttpClient, id: string): Promise<Answer<InboxItem>> =>
  client.post<InboxItem>(`/v1/inbox/${id}/ack`);

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
    };
    expect(sent).toEqual({
      ...expected,
      recipients: expected.recipients.map((recipient) => ({ ...recipient, acknowledgedAt: null })),
    });
    expect(await received(one, sent.id)).toEqual({ ...expected, acknowledgedAt: null });
    expect(await received(two, sent.id)).toEqual({ ...expected, acknowledgedAt: null });

    const acknowledged = await acknowledge(one, sent.id);
    expect([acknowledged.status, acknowledged.body]).toEqual([
      200,
      { ...expected, acknowledgedAt: expect.stringMatching(TIME) },
    ]);
    const read = await sender.get<SentMessage>(`/v1/messages/${sent.id}`);
    expect(read.body.recipients).toEqual([
      { id: one.id, name: 'one', acknowledgedAt: acknowledged.body.acknowledgedAt },
      { id: two.id, name: 'two', acknowledgedAt: null },
    ]);
    expect((await acknowledge(one, sent.id)).body).toEqual(acknowledged.body);
  });

  test('needs recipients and content only', async () => {
    expect(await send()).toMatchObject({ priority: 'MEDIUM', requiresAcknowledgment: false });
  });

  test('waits for recipients that are registered later', async () => {
    const later = freshId('later');
    const sent = await send({ recipients: [later] });
    expect(sent.recipients).toEqual([{ id: later, name: later, acknowledgedAt: null }]);
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
    expect((await admin().get<SentMessage>(`/v1/messages/${sent.id}`)).body).toEqual(sent);
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

describe('the inbox', () => {
  test('is filtered by type, priority and what is unacknowledged, oldest first', async () => {
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
    expect(await idsFor('?unacknowledged=true')).toEqual([urgent.id, other.id]);
    await acknowledge(reader, urgent.id);
    expect(await idsFor('?unacknowledged=true')).toEqual([other.id]);
    expect(await idsFor('?unacknowledged=false')).toEqual([plain.id, urgent.id, other.id]);
    expect((await reader.all<InboxItem>('/v1/inbox', 1)).map(({ id }) => id)).toEqual([plain.id, urgent.id, other.id]);
  });

  test('can be waited for', async () => {
    const [reader] = await agents(['waiting-reader']);
    const waiting = reader.get<ListPage<InboxItem>>('/v1/inbox?wait=20&type=AWAITED');
    const passed = await send({ recipients: [reader.id] });
    await received(reader, passed.id);
    const awaited = await send({ recipients: [reader.id], content: { type: 'AWAITED' } });
    expect((await waiting).body.items.map(({ id }) => id)).toEqual([awaited.id]);
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
