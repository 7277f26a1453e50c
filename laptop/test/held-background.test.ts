/**
 * `npm start` with its background thread paused: the API still responds, and changes are dispatched after the next
 * start.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './eventually';
import { ADMIN_TOKEN, api, directory, ready, run, type Started } from './npm-start';

/**
 * Every thread imports this. The background thread pauses while a file `hold` exists, and creates a file `held` to show
 * it. It throws if a file `throw` exists.
 */
const HOLD = `
import { existsSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const file = (name) => process.env.TEST_DIRECTORY + '/' + name;
const hold = () => {
  if (existsSync(file('hold'))) writeFileSync(file('held'), '');
  while (existsSync(file('hold'))) {
    if (existsSync(file('throw'))) throw new Error('thrown by the test');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
};
if (!isMainThread) setInterval(hold, 10).unref();
`;

/** Beside the data folder; removed with it. */
const file = (name: string): string => path.join(path.dirname(directory), name);

async function start(): Promise<Started & { readonly url: string }> {
  const started = run(
    { MUSTER_ADMIN_TOKEN: ADMIN_TOKEN, TEST_DIRECTORY: path.dirname(directory) },
    { imports: [file('hold.mjs')] },
  );
  return { ...started, url: await ready(started) };
}

async function eventTypes(url: string): Promise<readonly string[]> {
  const answer = await api(url, ADMIN_TOKEN, 'GET', '/v1/sync-points/point/events');
  const { items } = (await answer.json()) as { readonly items: readonly { readonly type: string }[] };
  return items.map(({ type }) => type);
}

beforeEach(() => {
  writeFileSync(file('hold.mjs'), HOLD);
});

describe('changes made while the background thread is paused are dispatched by the next start, after', () => {
  test.each<[string, (child: ChildProcess) => void, number | string, RegExp]>([
    ['a stop', (child) => child.kill('SIGTERM'), 0, /^(?!.*(error|warning))/s],
    ['kill -9', (child) => child.kill('SIGKILL'), 'SIGKILL', /^(?!.*(error|warning))/s],
    [
      'the death of that thread, which ends the stack with an error message',
      () => {
        writeFileSync(file('throw'), '');
      },
      1,
      /^error: The background thread, which processes changes, has stopped unexpectedly \(thrown by the test\): start Muster again; /m,
    ],
  ])('%s', async (_what, end, exit, output) => {
    const first = await start();
    writeFileSync(file('hold'), '');
    await eventually(() => {
      expect(existsSync(file('held'))).toBe(true);
    });
    const point = { id: 'point', name: 'point', participants: ['agent-1', 'agent-2'] };
    expect((await api(first.url, ADMIN_TOKEN, 'POST', '/v1/sync-points', point)).status).toBe(201);
    expect(await eventTypes(first.url)).toEqual([]);
    end(first.child);
    expect(await first.exited).toBe(exit);
    expect(first.output()).toMatch(output);

    rmSync(file('hold'));
    const second = await start();
    await eventually(async () => {
      expect(await eventTypes(second.url)).toEqual(['SYNC_POINT_CREATED']);
      // Functions on the background thread log to the same file.
      expect(readFileSync(file('data/muster.log'), 'utf8')).toContain('"message":"Change dispatched"');
    });
  });
});
