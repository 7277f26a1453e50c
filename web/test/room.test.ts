import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Event, ProgressTracker, SyncPoint } from '@muster/client';
import { Room } from '../src/live/room';
import { event, syncPoint, tracker } from './made-views';
import { type Answer, pageOf, pretendPage, scriptedMuster } from './scripted-muster';

const START = '2026-03-01T12:00:00.000Z';

const page = pretendPage();

const later = <T>(body: T, ms: number): Promise<T> =>
  new Promise((resolve) => {
    setTimeout(() => {
      resolve(body);
    }, ms);
  });

/** A room of an admin or an agent, and what the service answers to it. */
class Scene {
  syncPoints: SyncPoint[] = [];
  trackers: ProgressTracker[] = [];
  log: Event[] = [];
  readonly asked: string[] = [];
  /** Answers before the others do. */
  instead: Answer = () => undefined;
  readonly room: Room;
  readonly #stop: () => void;

  constructor(role: 'admin' | 'agent') {
    const muster = scriptedMuster((path, query) => {
      this.asked.push(path);
      return this.instead(path, query) ?? this.#answer(path, query);
    });
    const me = { id: 'me', name: 'Me', role, tokenId: 't' };
    this.room = new Room({ me, muster });
    this.#stop = this.room.start();
  }

  #answer(path: string, query: URLSearchParams): unknown {
    const [, , kind, id] = path.split('/');
    const isOpen = ({ status }: { readonly status: string }): boolean => status === 'waiting' || status === 'active';
    const views = { 'sync-points': this.syncPoints, 'progress-trackers': this.trackers }[kind ?? ''];
    if (views) return id === undefined ? pageOf(views.filter(isOpen)) : views.find((view) => view.id === id);
    if (kind !== 'events') return path === '/health' ? { status: 'ok' } : pageOf();
    const types = query.getAll('type');
    const found = this.log.filter(
      ({ timestamp, type }) => timestamp >= (query.get('since') ?? '') && (types.length === 0 || types.includes(type)),
    );
    return pageOf(query.get('order') === 'newest' ? found.toReversed() : found);
  }

  /** Logs it as of now. */
  happens(type: Event['type'], agentId: string, details: Event['details'] = {}): void {
    const id = `${type}-${agentId}-${this.log.length}`;
    this.log.push({ ...event(type, agentId, details), id, timestamp: new Date().toISOString() });
  }

  get shown(): string[] {
    return this.room.rosters.value.map(({ kind, arrived, status }) => `${kind}: ${arrived} arrived, ${status}`);
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse(START) });
});

afterEach(() => {
  jest.useRealTimers();
});

describe('the room of an admin', () => {
  test('applies what happened while its first list was on the way', async () => {
    using scene = new Scene('admin');
    const before = pageOf([syncPoint()]);
    scene.instead = (path) => (path === '/v1/sync-points' ? later(before, 3_000) : undefined);
    await pass(1_000);
    scene.syncPoints = [syncPoint({ version: 2, arrivedParticipants: ['ann'] })];
    scene.happens('AGENT_ARRIVED', 'ann');
    await pass(2_500);
    expect(scene.shown).toEqual(['sync-point: 1 arrived, waiting']);
    expect(scene.room.events.value).toHaveLength(1);
  });

  test('tells a sync point and a tracker with the same id apart', async () => {
    using scene = new Scene('admin');
    scene.syncPoints = [syncPoint({ participants: ['ann', 'bob'] })];
    scene.trackers = [tracker({ participants: ['bob', 'cid'] })];
    await pass(100);
    scene.happens('AGENT_FAILED', 'cid', { reason: 'no disk' });
    scene.happens('SYNC_POINT_CANCELLED', 'boss');
    await pass(4_500);
    expect(scene.shown.toSorted()).toEqual(['sync-point: 0 arrived, cancelled', 'tracker: 0 arrived, active']);
    expect(scene.room.rosters.value.map(({ failed }) => [...failed])).toContainEqual([['cid', 'no disk']]);
  });

  test('reads both again if the event may be of either', async () => {
    using scene = new Scene('admin');
    scene.syncPoints = [syncPoint()];
    scene.trackers = [tracker()];
    await pass(100);
    scene.syncPoints = [syncPoint({ version: 2, arrivedParticipants: ['ann'] })];
    scene.happens('AGENT_ARRIVED', 'ann');
    await pass(4_500);
    expect(scene.shown.toSorted()).toEqual(['sync-point: 1 arrived, waiting', 'tracker: 0 arrived, active']);
  });

  test('goes on when something that it wants to read is gone', async () => {
    using scene = new Scene('admin');
    scene.syncPoints = [syncPoint()];
    await pass(100);
    scene.syncPoints = [];
    await pass(70_000);
    expect(scene.shown).toEqual([]);
    scene.happens('SYNC_POINT_CREATED', 'boss');
    scene.happens('AGENT_REGISTERED', 'boss');
    await pass(4_500);
    scene.asked.length = 0;
    await pass(4_500);
    expect(new Set(scene.asked)).toEqual(new Set(['/v1/events']));
  });

  test('shows an expiry that was logged a minute late', async () => {
    using scene = new Scene('admin');
    scene.syncPoints = [syncPoint()];
    await pass(10_000);
    const expired = { ...event('SYNC_POINT_EXPIRED', 'system'), timestamp: new Date().toISOString() };
    await pass(59_000);
    scene.happens('AGENT_ARRIVED', 'ann');
    await pass(2_000);
    scene.log.unshift(expired);
    await pass(11_000);
    expect(scene.shown).toEqual(['sync-point: 1 arrived, expired']);
    expect(scene.room.endings.value).toEqual([{ atMs: Date.parse(expired.timestamp), ending: 'expired' }]);
    expect(scene.room.events.value.map(({ type }) => type)).toEqual(['AGENT_ARRIVED', 'SYNC_POINT_EXPIRED']);
  });

  test('shows within a minute whatever was logged half a minute late, and takes nothing back with it', async () => {
    using scene = new Scene('admin');
    scene.trackers = [tracker({ version: 3, currentStep: 5, participantProgress: { ann: 5 } })];
    await pass(10_000);
    const reported = { ...event('PROGRESS_UPDATED', 'ann', { step: 2 }), timestamp: new Date().toISOString() };
    await pass(30_000);
    scene.happens('PROGRESS_UPDATED', 'ann', { step: 5 });
    await pass(5_000);
    scene.log.unshift(reported);
    await pass(62_000);
    expect(scene.room.events.value.map(({ details }) => details['step'])).toEqual([5, 2]);
    expect(scene.room.rosters.value.map(({ progress }) => progress?.steps.get('ann'))).toEqual([5]);
  });

  test('starts anew after hours of not being seen, rather than read all that happened', async () => {
    using scene = new Scene('admin');
    await pass(100);
    page.hide(true);
    for (let count = 0; count < 1_000; count += 1) {
      scene.happens('AGENT_ARRIVED', 'ann');
      await pass(10_000);
    }
    page.hide(false);
    await pass(100);
    expect(scene.room.events.value).toHaveLength(200);
  });
});

test('the room of an agent lists less and less often while nothing changes', async () => {
  using scene = new Scene('agent');
  scene.syncPoints = [syncPoint()];
  await pass(60_000);
  scene.asked.length = 0;
  await pass(60_000);
  expect(scene.asked).toHaveLength(12);
  scene.syncPoints = [syncPoint({ version: 2, arrivedParticipants: ['ann'] })];
  await pass(15_000);
  expect(scene.shown).toEqual(['sync-point: 1 arrived, waiting']);
  scene.asked.length = 0;
  await pass(5_000);
  expect(scene.asked).toHaveLength(3);
});
