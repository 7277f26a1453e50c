/** `npm run demo`: what somebody sees who opens the link that it prints, told by the API that the page reads. */
import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isRunning } from '../../laptop/lock-file';
import { type EventView, HttpClient, type ListPage, pollUntil } from '../support/http-client';
import { familyOf } from '../support/proc';

/** Within so long of opening the page, and within which everything else has been seen; both for a busy machine. */
const SOON_MS = 20_000;
const LATER_MS = 90_000;

test('its link signs in; everything happens soon, and Ctrl-C leaves nothing behind', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-demo-test-'));
  const env = { ...process.env, NODE_OPTIONS: '', MUSTER_PORT: '0', TMPDIR: folder };
  const demo = spawn(process.execPath, ['scripts/run.mjs', 'demo'], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const ended = once(demo, 'exit');
  let family: number[] = [];
  try {
    const links: URL[] = [];
    for await (const line of createInterface({ input: demo.stdout })) {
      const link = /^ +(http:\S+)$/.exec(line)?.[1];
      if (link !== undefined) links.push(new URL(link));
      if (links.length === 2) break;
    }
    family = familyOf(demo.pid ?? 0);
    const [admin, agent] = links.map(
      ({ origin, hash }) => new HttpClient(origin, '', new URLSearchParams(hash.slice(1)).get('token')),
    );
    if (!admin || !agent) throw new Error('unreachable: two links were read');
    expect((await admin.get('/v1/me')).body['role']).toBe('admin');
    expect((await agent.get('/v1/me')).body['id']).toBe('security-audit');

    const openedAt = new Date().toISOString();
    const typesSince = async (): Promise<Set<string>> => {
      const { body } = await admin.get<ListPage<EventView>>(`/v1/events?since=${openedAt}&order=newest&limit=100`);
      for (const { type } of body.items) seen.add(type);
      return seen;
    };
    const seen = new Set<string>();
    const wait = (ms: number, ...types: string[]): Promise<unknown> =>
      pollUntil(typesSince, (those) => types.every((type) => those.has(type)), { limitMs: ms });
    await wait(SOON_MS, 'AGENT_ARRIVED', 'PROGRESS_UPDATED', 'SYNC_POINT_EXPIRED');
    await wait(LATER_MS, 'AGENT_FAILED', 'SYNC_POINT_COMPLETED', 'AGENT_LOST', 'AGENT_RETURNED');
  } finally {
    demo.kill('SIGINT');
    await ended;
  }
  expect(demo.exitCode).toBe(0);
  expect(family.length).toBeGreaterThan(2);
  expect(family.filter(isRunning)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith('muster-'))).toEqual([]);
  rmSync(folder, { recursive: true });
});
