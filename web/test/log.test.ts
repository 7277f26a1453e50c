import { expect, test } from '@jest/globals';
import type { Event } from '@muster/client';
import { Log, MOST_EVENTS, type ReadEvents } from '../src/live/log';

const { signal } = new AbortController();

const eventOf = (index: number): Event => ({
  id: String(index),
  type: 'AGENT_ARRIVED',
  timestamp: new Date(index).toISOString(),
  agentId: `agent-${index}`,
  relatedId: 'release',
  details: {},
});

/** As the service pages it, in either order. */
function logged(count: number) {
  const events = Array.from({ length: count }, (_, index) => eventOf(index));
  const asked: (string | undefined)[] = [];
  const read: ReadEvents = ({ limit, cursor, order }) => {
    asked.push(order);
    const list = order === 'newest' ? events.toReversed() : events;
    const start = cursor === undefined ? 0 : list.findIndex(({ id }) => id === cursor) + 1;
    const items = list.slice(start, start + limit);
    return Promise.resolve({ items, nextCursor: start + limit >= list.length ? null : (items.at(-1)?.id ?? null) });
  };
  return { events, asked, read };
}

test('a log longer than is drawn has its newest events all the same, and the earlier ones page by page', async () => {
  const { read, events } = logged(MOST_EVENTS + 500);
  const log = new Log(read);
  await log.follow(signal);
  expect(log.all.items.value).toHaveLength(MOST_EVENTS);
  expect(log.all.hasMore.value).toBe(true);
  expect(log.recent.value.map(({ id }) => id)).toEqual(
    events
      .toReversed()
      .slice(0, 100)
      .map(({ id }) => id),
  );
  await log.earlier(signal);
  expect(log.recent.value).toHaveLength(200);
  events.push(eventOf(events.length));
  await log.follow(signal);
  expect(log.recent.value[0]?.id).toBe(String(MOST_EVENTS + 500));
});

test('the newest end is there before the whole log is read', async () => {
  const { read } = logged(1_000);
  const shownFirst: (string | undefined)[] = [];
  const log: Log = new Log((query, options) => {
    shownFirst.push(log.recent.peek()[0]?.id);
    return read(query, options);
  });
  await log.follow(signal);
  expect(shownFirst.slice(0, 4)).toEqual([undefined, undefined, '999', '999']);
  expect(log.recent.value).toHaveLength(1_000);
  expect(log.hasEarlier.value).toBe(false);
});

test('a short log costs one request, and is read once for both', async () => {
  const { read, asked, events } = logged(3);
  const log = new Log(read);
  await log.follow(signal);
  expect(asked).toEqual([undefined]);
  events.push(eventOf(3));
  await log.follow(signal);
  expect(log.recent.value.map(({ id }) => id)).toEqual(['3', '2', '1', '0']);
  expect(asked).toEqual([undefined, undefined]);
});
