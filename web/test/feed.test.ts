import { describe, expect, test } from '@jest/globals';
import type { Event } from '@muster/client';
import { Feed } from '../src/live/feed';
import { event } from './made-views';
import { pageOf, scriptedMuster } from './scripted-muster';

const START_MS = Date.parse('2026-03-01T12:00:00.000Z');

const { signal } = new AbortController();

/** A log that events are added to at any time, and a feed of it with a clock that the test turns. */
class Log {
  readonly events: Event[] = [];
  nowMs = START_MS;
  requests = 0;
  readonly feed = new Feed(
    scriptedMuster((_path, query) => {
      this.requests += 1;
      const [since, types] = [query.get('since') ?? '', query.getAll('type')];
      const found = this.events.filter((each) => each.timestamp >= since);
      return pageOf(found.filter(({ type }) => types.length === 0 || types.includes(type)));
    }),
    START_MS,
    () => this.nowMs,
  );

  add(type: Event['type'], agentId: string, atMs: number): void {
    this.events.push({ ...event(type, agentId), id: `${type}-${agentId}`, timestamp: new Date(atMs).toISOString() });
    this.events.sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
  }

  async next(isWhole = false): Promise<string[]> {
    return (await this.feed.next(signal, isWhole)).map(({ id }) => id);
  }
}

describe('the feed', () => {
  test('returns what happens once, however long nothing else does', async () => {
    const log = new Log();
    log.add('AGENT_ARRIVED', 'ann', START_MS + 1_000);
    expect(await log.next()).toEqual(['AGENT_ARRIVED-ann']);
    for (let round = 0; round < 100; round += 1) {
      log.nowMs += 4_000;
      expect(await log.next()).toEqual([]);
    }
  });

  test('returns an ending that was logged a minute after its time, while others happen all the time', async () => {
    const log = new Log();
    for (let second = 0; second < 60; second += 1) {
      log.nowMs += 1_000;
      log.add('AGENT_ARRIVED', `agent-${second}`, log.nowMs);
      await log.next();
    }
    log.add('SYNC_POINT_EXPIRED', 'system', START_MS);
    log.add('PROGRESS_STALLED', 'system', START_MS);
    log.add('AGENT_LOST', 'before the start', START_MS - 30_000);
    const read: string[] = [];
    for (let second = 0; second < 200; second += 1) {
      log.nowMs += 1_000;
      read.push(...(await log.next()));
    }
    expect(read.toSorted()).toEqual([
      'AGENT_LOST-before the start',
      'PROGRESS_STALLED-system',
      'SYNC_POINT_EXPIRED-system',
    ]);
  });

  test('looks for late events with six requests a minute', async () => {
    const log = new Log();
    for (let second = 0; second < 60; second += 1) {
      await log.next();
      log.nowMs += 1_000;
    }
    expect(log.requests).toBe(66);
  });

  test('reads whole, for the price of a round, what was logged a minute after its time', async () => {
    const log = new Log();
    for (let second = 0; second < 60; second += 1) {
      log.nowMs += 1_000;
      log.add('AGENT_ARRIVED', `agent-${second}`, log.nowMs);
      await log.next();
    }
    log.add('SYNC_POINT_CREATED', 'boss', START_MS + 2_000);
    log.add('AGENT_ARRIVED', 'long before', START_MS - 20_000);
    expect(await log.next()).toEqual([]);
    log.requests = 0;
    expect(await log.next(true)).toEqual(['SYNC_POINT_CREATED-boss']);
    expect(log.requests).toBe(1);
  });

  test('is not read whole where so much happens that it would hold up what is new', async () => {
    const log = new Log();
    for (let count = 0; count < 1_100; count += 1) log.add('AGENT_ARRIVED', `agent-${count}`, START_MS + count * 10);
    await log.next();
    log.add('SYNC_POINT_CREATED', 'boss', START_MS);
    expect(await log.next(true)).toEqual([]);
  });

  test('starts ten seconds early, and has no limit to what it reads at once', async () => {
    const log = new Log();
    for (let count = 0; count < 130_000; count += 1) {
      const timestamp = new Date(START_MS - 9_000).toISOString();
      log.events.push({ ...event('AGENT_ARRIVED', 'ann'), id: String(count), timestamp });
    }
    expect(await log.next()).toHaveLength(130_000);
    expect(await log.next()).toEqual([]);
  });
});
