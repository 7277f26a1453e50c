import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Muster } from '@muster/client';
import { connection, watchedFetch } from '../src/live/connection';
import { keepReading, once } from '../src/live/keep-reading';
import { pretendPage } from './scripted-muster';

const page = pretendPage();
const realFetch = globalThis.fetch;

/** How the network behaves: answers, or stays silent until the request is given up. */
let network: () => Response | 'silent';
let requests = 0;
let stop: () => void = () => undefined;

const start = (): void => {
  const muster = new Muster({ url: 'http://127.0.0.1', token: 'a-token', fetch: watchedFetch });
  stop = keepReading(async (signal) => {
    await muster.agents.list({}, once(signal));
    return 1_000;
  });
};

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

const fine = (): Response => Response.json({ items: [], nextCursor: null });

beforeEach(() => {
  jest.useFakeTimers();
  requests = 0;
  network = fine;
  globalThis.fetch = (_input, init) => {
    requests += 1;
    const answer = network();
    if (answer !== 'silent') return Promise.resolve(answer);
    return new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => {
        reject(new DOMException('given up', 'AbortError'));
      });
    });
  };
});

afterEach(() => {
  stop();
  jest.useRealTimers();
  globalThis.fetch = realFetch;
});

describe('the light of the connection', () => {
  test('goes out when Muster stays silent, and comes back with an answer', async () => {
    start();
    await pass(500);
    expect(connection.value).toBe('live');
    network = () => 'silent';
    await pass(120_000);
    expect(connection.value).toBe('lost');
    network = fine;
    await pass(120_000);
    expect(connection.value).toBe('live');
  });

  test('stays when the page is hidden while it waits for an answer', async () => {
    network = () => 'silent';
    start();
    await pass(500);
    page.hide(true);
    await pass(120_000);
    expect(connection.value).toBe('live');
    page.hide(false);
  });

  test('goes out with the third error in a row, whatever it says, until the reader is gone', async () => {
    network = () => Response.json({ code: 'forbidden' }, { status: 403 });
    start();
    await pass(300);
    expect(connection.value).toBe('live');
    await pass(10_000);
    expect(connection.value).toBe('lost');
    stop();
    expect(connection.value).toBe('live');
  });
});

test('a reader that is asked to wait waits so long', async () => {
  network = () => Response.json({}, { status: 429, headers: { 'retry-after': '30' } });
  start();
  await pass(30_000);
  expect(requests).toBe(1);
  await pass(1_000);
  expect(requests).toBe(2);
});
