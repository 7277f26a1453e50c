import { beforeEach, expect, test } from '@jest/globals';
import { readFeed } from '../../lib/events/feed';
import { derivedId, newEvent } from '../../lib/events/event';
import { recordEvents } from '../../lib/events/store';
import { acknowledge } from '../../lib/messages/acknowledge';
import { readInbox } from '../../lib/messages/inbox';
import { deliver } from '../../lib/messages/inbox-store';
import { sendReminder } from '../../lib/dispatcher/reminders';
import { sendMessage } from '../../lib/messages/send';
import { listSentMessages, viewFirstRecipients } from '../../lib/messages/sent';
import { isoTime } from '../../lib/common/clock';
import type { Message } from '../../lib/messages/message';
import { mapConcurrently } from '../../lib/common/concurrency';
import { agent, createWorld, type World } from '../support/world';
import { sized } from '../support/size';
import { createSyncPoint, endSyncPoint, messageService } from '../support/operations';

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

const send = (input: { recipients: string[]; requiresAcknowledgment?: boolean; priority?: 'HIGH' }, key?: string) =>
  sendMessage(messageService(world), agent('sender'), { content: { type: 'TEXT', text: 'hi' }, ...input }, key);

const inbox = async (agentId: string, filter = {}) =>
  (await readInbox(world, agentId, { unacknowledged: false, ...filter })).items;

test('a message reaches every recipient once, replayed or not, and its sender sees who acknowledged', async () => {
  const message = await send({ recipients: ['a', 'b'], requiresAcknowledgment: true }, 'key-1');
  await world.dispatchAll(2);
  const [inA] = await inbox('a');
  expect(inA).toMatchObject({ id: message.id, sender: { id: 'sender' }, content: { type: 'TEXT', text: 'hi' } });
  expect(inA?.recipients.map((party) => party.id)).toEqual(['a', 'b']);

  world.clock.advance(5);
  expect(await acknowledge(world, 'a', message.id, 0)).toMatchObject({ repeated: false });
  world.clock.advance(5);
  expect(await acknowledge(world, 'a', message.id, 1)).toMatchObject({ repeated: true });
  const { recipients } = await viewFirstRecipients(messageService(world), message);
  expect(recipients).toEqual([
    { id: 'a', name: 'a', acknowledgedAt: '2026-03-01T12:00:00.005Z', data: 0 },
    { id: 'b', name: 'b', acknowledgedAt: null },
  ]);
  expect((await send({ recipients: ['a', 'b'], requiresAcknowledgment: true }, 'key-1')).sentAtMs).toBe(
    message.sentAtMs,
  );
  await expect(send({ recipients: ['c'] }, 'key-1')).rejects.toMatchObject({ code: 'request.idempotency-key-reused' });
});

test('the inbox filters by type, priority and what is unacknowledged', async () => {
  await send({ recipients: ['a'], priority: 'HIGH' });
  world.clock.advance(1);
  await send({ recipients: ['a'], requiresAcknowledgment: true });
  await world.dispatchAll();
  expect((await inbox('a', { priority: 'HIGH' })).map((message) => message.priority)).toEqual(['HIGH']);
  expect(await inbox('a', { unacknowledged: true })).toHaveLength(2);
  expect(await inbox('a', { type: 'OTHER' })).toEqual([]);
  expect(await inbox('a', { type: 'TEXT' })).toHaveLength(2);
});

test('who has not acknowledged is reminded up to the limit, then the sender is told; all of it also when it fires twice', async () => {
  const message = await send({ recipients: ['a', 'b'], requiresAcknowledgment: true });
  await world.dispatchAll();
  await acknowledge(world, 'a', message.id, undefined);

  const outcomes: string[] = [];
  for (let round = 0; round < 4; round++) {
    const due = world.reminders.at(-1);
    if (!due) break;
    world.clock.nowMs = due.atMs;
    outcomes.push(await sendReminder(world.dispatcher, due.payload));
    await sendReminder(world.dispatcher, due.payload);
  }

  expect(outcomes).toEqual(['reminded', 'reminded', 'reminded', 'sender-told']);
  expect((await inbox('b')).map(({ id, reminder }) => [id, reminder])).toEqual([[message.id, 3]]);
  expect((await inbox('a')).map(({ reminder }) => reminder)).toEqual([undefined]);
  expect((await inbox('sender')).map(({ content }) => content)).toEqual([
    {
      type: 'ACKNOWLEDGEMENT_MISSING',
      messageId: message.id,
      messageType: 'TEXT',
      recipients: ['b'],
      recipientCount: 1,
    },
  ]);
  await acknowledge(world, 'b', message.id, undefined);
  expect(
    await sendReminder(world.dispatcher, {
      kind: 'REMINDER',
      messageId: message.id,
      source: { kind: 'MESSAGE', id: message.id },
      number: 1,
    }),
  ).toBe('nothing-to-do');
  expect((await inbox('b'))[0]?.acknowledgedAtMs).not.toBeNull();
});

test('the creation of a sync point is reminded of until it has ended', async () => {
  const body = { name: 'n', participants: ['a', 'b'] };
  const {
    syncPoint: { id },
  } = await createSyncPoint(world, agent('creator'), body, undefined);
  await world.dispatchAll();
  const [due] = world.reminders;
  expect(due?.payload.source).toEqual({ kind: 'SP', id });
  if (!due) throw new Error('no reminder was scheduled');
  expect(await sendReminder(world.dispatcher, due.payload)).toBe('reminded');
  await endSyncPoint(world, agent('creator'), id, { as: 'cancelled' });
  expect(await sendReminder(world.dispatcher, due.payload)).toBe('nothing-to-do');
});

/** Messages or events that are paged through. */
const MANY = sized({ quick: 500, complete: 5_000 });

test('a reader who pages an inbox of many messages while new ones arrive sees each once and in order', async () => {
  let sent = 0;
  const deliverMany = async (count: number): Promise<void> => {
    const messages = Array.from({ length: count }, (): Message => {
      const atMs = world.clock.nowMs + sent++;
      return {
        id: derivedId(atMs, 'test', sent),
        sender: { id: 'sender', name: 'sender' },
        recipients: [{ id: 'reader', name: 'reader' }],
        timestamp: isoTime(atMs),
        priority: 'LOW',
        content: { type: 'TEXT' },
        requiresAcknowledgment: false,
      };
    });
    await mapConcurrently(messages, 32, (message) => deliver(world.table, message, 'reader', 4_000_000_000));
  };
  await deliverMany(MANY);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await readInbox(world, 'reader', { unacknowledged: false, limit: 100, cursor });
    seen.push(...page.items.map((message) => message.id));
    if (seen.length <= MANY / 5) await deliverMany(10);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toHaveLength(MANY + MANY / 50);
  expect(seen).toEqual([...new Set(seen)].sort());
});

test('a reader who pages the feed of many events over two days sees each once and in order, both ways', async () => {
  const start = Date.parse('2026-03-01T23:50:00.000Z');
  const everyMs = (25 * 60_000) / MANY; // until a quarter past midnight
  const events = Array.from({ length: MANY }, (_, index) =>
    newEvent(
      {
        type: 'AGENT_ARRIVED',
        relatedId: `point-${index % 7}`,
        agentId: `agent-${index % 3}`,
        timestampMs: start + index * everyMs,
        details: {},
      },
      index,
    ),
  );
  const atFirst = events.slice(0, 0.8 * MANY);
  await recordEvents(world.dispatcher, 'SP', atFirst);
  const page = async (filter = {}, after?: () => Promise<void>): Promise<string[]> => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const read = await readFeed(world.table, { newestFirst: false, limit: 100, cursor, ...filter });
      ids.push(...read.items.map((event) => event.id));
      await after?.();
      after = undefined;
      cursor = read.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return ids;
  };
  const inOrder = events.map((event) => event.id);
  expect(await page({}, () => recordEvents(world.dispatcher, 'SP', events.slice(atFirst.length)))).toEqual(inOrder);
  expect(await page({ newestFirst: true })).toEqual([...inOrder].reverse());
  expect(await page({ agentId: 'agent-1' })).toEqual(events.filter((e) => e.agentId === 'agent-1').map((e) => e.id));
  expect(await page({ relatedId: 'point-3' })).toEqual(
    events.filter((e) => e.relatedId === 'point-3').map((e) => e.id),
  );
  const sinceMs = start + Math.floor(0.8642 * MANY) * everyMs;
  expect(await page({ sinceMs })).toEqual(events.filter((e) => e.timestampMs >= sinceMs).map((e) => e.id));
  expect(await page({ sinceMs, newestFirst: true })).toEqual(
    events
      .filter((e) => e.timestampMs >= sinceMs)
      .map((e) => e.id)
      .reverse(),
  );
});

test('any JSON content arrives as it was sent, also what DynamoDB has no place for', async () => {
  const deep = JSON.parse(`${'['.repeat(60)}1${']'.repeat(60)}`) as unknown;
  const content = { type: 'TEXT', big: 2 ** 60, huge: 1e200, tiny: 1.1e-200, '': 'empty key', deep };
  await sendMessage(messageService(world), agent('sender'), { recipients: ['a'], content }, undefined);
  await world.dispatchAll();
  expect((await inbox('a')).map((message) => message.content)).toEqual([content]);
});

test('an inbox of large messages is answered in parts that a function can answer, and a wait looks beyond them', async () => {
  const content = { type: 'TEXT', text: 'x'.repeat(60_000) };
  for (let index = 0; index < 60; index++) {
    world.clock.advance(1);
    await sendMessage(messageService(world), agent('sender'), { recipients: ['a'], content }, undefined);
  }
  await world.dispatchAll();
  const first = await readInbox(world, 'a', { unacknowledged: false, limit: 100 });
  expect(Buffer.byteLength(JSON.stringify(first.items))).toBeLessThan(4 * 1024 * 1024);
  const rest = await readInbox(world, 'a', { unacknowledged: false, limit: 100, cursor: first.nextCursor ?? '' });
  expect(new Set([...first.items, ...rest.items].map((message) => message.id)).size).toBe(60);

  const sentFirst = await listSentMessages(messageService(world), agent('sender'), { limit: 100 });
  expect(Buffer.byteLength(JSON.stringify(sentFirst.items))).toBeLessThan(4 * 1024 * 1024);
  const cursor = sentFirst.nextCursor ?? '';
  const sentRest = await listSentMessages(messageService(world), agent('sender'), { limit: 100, cursor });
  expect(new Set([...sentFirst.items, ...sentRest.items].map((message) => message.id)).size).toBe(60);
});
