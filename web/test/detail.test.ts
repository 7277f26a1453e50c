import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { SyncPoint } from '@muster/client';
import { signal } from '@preact/signals';
import { Detail } from '../src/live/detail';
import { syncPoint } from './made-views';
import { pretendPage } from './scripted-muster';

pretendPage();

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('an open list follows what changes while a long log is still being read', async () => {
  const view = signal<SyncPoint | undefined>(syncPoint());
  const watched = { view, error: signal(undefined), show: () => undefined, start: () => () => undefined };
  const detail = new Detail(watched, () => new Promise(() => undefined));
  let readVersion: number | undefined;
  detail.open(() => {
    readVersion = view.peek()?.version;
    return Promise.resolve();
  });
  const stop = detail.start();
  await jest.advanceTimersByTimeAsync(2_000);
  expect(readVersion).toBe(1);
  view.value = syncPoint({ version: 2, arrivedParticipants: ['ann'] });
  await jest.advanceTimersByTimeAsync(500);
  expect(readVersion).toBe(2);
  stop();
});
