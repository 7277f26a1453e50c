import { beforeEach, expect, jest, test } from '@jest/globals';
import { acknowledge } from '../../lib/messages/acknowledge';
import { isoTime } from '../../lib/common/clock';
import { mapConcurrently } from '../../lib/common/concurrency';
import { sendReminder } from '../../lib/dispatcher/reminders';
import { derivedId } from '../../lib/events/event';
import { consumeQueue } from '../../lib/messages/deliver';
import { readInbox } from '../../lib/messages/inbox';
import { deliver } from '../../lib/messages/inbox-store';
import type { Message, Priority } from '../../lib/messages/message';
import { sendMessage } from '../../lib/messages/send';
import { viewFirstRecipients } from '../../lib/messages/sent';
import { headerKey, inboxKey, pageKey } from '../../lib/table/keys';
import { batchWrite, getItem } from '../../lib/table/table';
import { createSyncPoint, messageService } from '../support/operations';
import { randomFrom } from '../support/request-control';
import { sized } from '../support/size';
import { agent, createWorld, type World } from '../support/world';

/** Fifty consumers on two cores that run other files as well. */
jest.setTimeout(600_000);

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

const KEEP_UNTIL_SECONDS = 4_000_000_000;

const messageTo = (recipientId: string, number: number, fields: Partial<Message> = {}): Message => ({
  id: derivedId(world.clock.nowMs, 'test', recipientId, number),
  sender: { id: 'sender', name: 'sender' },
  recipients: [{ id: recipientId, name: recipientId }],
  timestamp: isoTime(world.clock.nowMs),
  priority: 'MEDIUM',
  content: { type: 'TASK', number },
  requiresAcknowledgment: false,
  ...fields,
});

const put = (message: Message) => deliver(world.table, message, message.recipients[0]?.id ?? '', KEEP_UNTIL_SECONDS);

const unacknowledged = async (agentId: string, fields = {}): Promise<Message[]> =>
  (await readInbox(world, agentId, { unacknowledged: true, ...fields })).items;

test('what is not acknowledged comes most urgent first, oldest first within, whether or not that is required', async () => {
  const send = async (number: number, priority: Priority, requiresAcknowledgment = false) => {
    world.clock.advance(1);
    await put(messageTo('a', number, { priority, requiresAcknowledgment }));
  };
  await send(1, 'LOW', true);
  await send(2, 'MEDIUM');
  await send(3, 'HIGH');
  await send(4, 'MEDIUM', true);
  await send(5, 'HIGH');
  const numbers = async (fields = {}) => (await unacknowledged('a', fields)).map(({ content }) => content['number']);
  expect(await numbers()).toEqual([3, 5, 2, 4, 1]);
  expect(await numbers({ priority: 'MEDIUM' })).toEqual([2, 4]);
  expect(await numbers({ limit: 2 })).toEqual([3, 5]);
});

const ACKNOWLEDGED = sized({ quick: 250, complete: 10_000 });

test('reading what is not acknowledged takes as many read units with many acknowledged messages as with none', async () => {
  const units = async (): Promise<number> => {
    world.table.meter.reset();
    expect(await unacknowledged('a')).toHaveLength(3);
    return world.table.meter.readUnits;
  };
  const task = messageTo('a', 0);
  await put(task);
  await acknowledge(world, 'a', task.id, undefined);
  const dealtWith = await getItem(world.table, inboxKey('a', task.id, world.clock.nowMs));
  for (let number = 1; number <= 3; number++) await put(messageTo('a', number));
  const alone = await units();

  await batchWrite(
    world.table,
    Array.from({ length: ACKNOWLEDGED }, (_, index) => ({
      put: {
        ...dealtWith,
        ...inboxKey('a', derivedId(world.clock.nowMs - index, 'old', index), world.clock.nowMs - index),
      },
    })),
  );

  expect(await units()).toBe(alone);
});

const CONSUMERS = sized({ quick: 10, complete: 50 });
const MESSAGES = sized({ quick: 30, complete: 200 });
const FIRST_SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
const MINUTE_MS = 60_000;

/**
 * One consumer, and the messages that are on their way to it. They land at once or minutes later, perhaps again after
 * they have been dealt with. It handles what it finds, and now and then dies before it acknowledges. What it has
 * acknowledged must never be listed again. Returns how often it handled each message.
 */
async function consume(consumer: string, random: () => number): Promise<Map<string, number>> {
  const handled = new Map<string, number>();
  const acknowledged = new Set<string>();
  const onTheWay: { message: Message; round: number }[] = [];
  const pick = (below: number): number => Math.floor(random() * below);
  let sent = 0;
  for (let round = 0; sent < MESSAGES || onTheWay.length > 0 || acknowledged.size < sent; round++) {
    for (let more = pick(4); more > 0 && sent < MESSAGES; more--) {
      const priority = (['HIGH', 'MEDIUM', 'LOW'] as const)[pick(3)] ?? 'LOW';
      const message = messageTo(consumer, sent++, { priority });
      const landings = [pick(3), ...(random() < 0.3 ? [pick(30)] : []), ...(random() < 0.1 ? [pick(60)] : [])];
      onTheWay.push(...landings.map((later) => ({ message, round: round + later })));
    }
    for (const { message } of onTheWay.filter((one) => one.round <= round)) await put(message);
    onTheWay.splice(0, onTheWay.length, ...onTheWay.filter((one) => one.round > round));

    const found = await unacknowledged(consumer, { limit: 5 });
    expect(found.filter(({ id }) => acknowledged.has(id))).toEqual([]);
    for (const { id } of found) {
      handled.set(id, (handled.get(id) ?? 0) + 1);
      const dies = random() < 0.1;
      if (dies) break;
      await acknowledge(world, consumer, id, undefined);
      acknowledged.add(id);
      if (random() < 0.1) break;
    }
    world.clock.advance(MINUTE_MS / 10);
  }
  return handled;
}

test('consumers that take what is not acknowledged handle every message, late, repeated and interrupted ones too', async () => {
  const seeds = Array.from({ length: CONSUMERS }, (_, index) => FIRST_SEED + index);
  const handled = await mapConcurrently(seeds, CONSUMERS, (seed) => consume(`consumer-${seed}`, randomFrom(seed)));
  expect(handled.map(({ size }) => size)).toEqual(seeds.map(() => MESSAGES));
  expect(handled.some((counts) => [...counts.values()].some((count) => count > 1))).toBe(true);
});

/** As SQS hands it over. */
const queued = (message: Message) =>
  consumeQueue({
    service: world,
    messageDays: 30,
    metrics: { record: () => undefined, flush: () => undefined },
    log: { info: () => undefined, error: () => undefined },
  })({ Records: [{ body: JSON.stringify({ data: message, subject: 's' }) }] } as never);

test('what has expired is not listed, delivered or reminded of; its sender is told who has not acknowledged it', async () => {
  const { nowMs } = world.clock;
  const input = {
    recipients: ['a', 'b'],
    content: { type: 'OFFER' },
    requiresAcknowledgment: true,
    expiresInSeconds: 60,
  };
  const { id } = await sendMessage(messageService(world), agent('sender'), input, undefined);
  await world.dispatchAll();
  await acknowledge(world, 'b', id, undefined);
  const [due] = world.reminders;
  const [offer] = world.published;
  if (!due || !offer) throw new Error('the message was not published with a reminder');

  const listed = async (agentId: string) => [
    (await unacknowledged(agentId)).length,
    (await readInbox(world, agentId, { unacknowledged: false })).items.length,
  ];
  world.clock.nowMs = nowMs + 59_999;
  expect(await listed('a')).toEqual([1, 1]);
  world.clock.nowMs = nowMs + 60_000;
  expect(await listed('a')).toEqual([0, 0]);
  expect(await queued({ ...offer, recipients: [{ id: 'late', name: 'late' }] })).toEqual({ batchItemFailures: [] });
  world.clock.nowMs = nowMs;
  expect(await listed('late')).toEqual([0, 0]);

  world.clock.nowMs = due.atMs;
  expect(await sendReminder(world.dispatcher, due.payload)).toBe('sender-told');
  expect((await unacknowledged('sender')).map(({ content }) => content)).toMatchObject([
    { type: 'ACKNOWLEDGEMENT_MISSING', messageId: id, recipients: ['a'] },
  ]);
  const keptUntil = async (agentId: string) =>
    (await getItem(world.table, inboxKey(agentId, id, nowMs)))?.['expiresAtSeconds'];
  expect([await keptUntil('a'), await keptUntil('b')]).toEqual([nowMs / 1_000 + 60, KEEP_UNTIL_SECONDS]);
});

const EVERYONE = sized({ quick: 110, complete: 1_000 });

test('a message to everyone on a roster is in every inbox once', async () => {
  const participants = Array.from({ length: EVERYONE }, (_, index) => `worker-${index}`);
  const { syncPoint } = await createSyncPoint(world, agent('lead'), { name: 'build', participants });
  const input = { recipients: { syncPointId: syncPoint.id }, content: { type: 'STOP' } };
  await expect(sendMessage(messageService(world), agent('stranger'), input, undefined)).rejects.toMatchObject({
    code: 'sync-point.not-found',
  });
  const { id } = await sendMessage(messageService(world), agent('worker-7'), input, 'stop');
  expect((await sendMessage(messageService(world), agent('worker-7'), input, 'stop')).id).toBe(id);
  await world.dispatchAll(2);
  const stops = await mapConcurrently(participants, 32, async (participant) =>
    (await readInbox(world, participant, { unacknowledged: true, type: 'STOP' })).items.map((message) => message.id),
  );
  expect(stops).toEqual(participants.map(() => [id]));
});

test('a message to a roster stays with its participants, though its id is used again by others', async () => {
  const create = (participants: string[]) =>
    createSyncPoint(world, agent('lead'), { id: 'nightly', name: 'nightly', participants });
  await create(['a', 'b']);
  const input = { recipients: { syncPointId: 'nightly' }, content: { type: 'HELLO' }, requiresAcknowledgment: true };
  const message = await sendMessage(messageService(world), agent('a'), input, undefined);
  await world.dispatchAll();
  const due = world.reminders.find(({ payload }) => payload.messageId === message.id);
  for (const key of [headerKey('SP', 'nightly'), pageKey('SP', 'nightly', 0)]) {
    await batchWrite(world.table, [{ remove: key }]);
  }
  world.clock.advance(1);
  await create(['c', 'd']);
  await world.dispatchAll();

  expect((await viewFirstRecipients(messageService(world), message)).recipients).toEqual([]);
  if (!due) throw new Error('no reminder was scheduled');
  expect(await sendReminder(world.dispatcher, due.payload)).toBe('nothing-to-do');
  expect(await unacknowledged('c', { type: 'HELLO' })).toEqual([]);
});

test('an inbox that takes nothing more does not keep the others of a publish from theirs', async () => {
  const full = 'x'.repeat(400 * 1024);
  const message = messageTo('a', 1, {
    recipients: [{ id: 'full', name: full }, ...['a', 'b'].map((id) => ({ id, name: id }))],
  });
  await expect(queued({ ...message, recipientsOf: { syncPointId: 's' } })).resolves.toMatchObject({
    batchItemFailures: [expect.anything()],
  });
  expect([(await unacknowledged('a')).length, (await unacknowledged('b')).length]).toEqual([1, 1]);
});
