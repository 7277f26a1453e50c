/** `npm run demo`: what somebody sees who opens the link that it prints, told by the API that the page reads. */
import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isRunning } from '../../laptop/lock-file';
import { type EventView, HttpClient, type InboxItem, type ListPage, pollUntil } from '../support/http-client';
import { familyOf } from '../support/proc';

/** Ten seconds on an idle machine, and everything within a minute; more for one that does other work. */
const SOON_MS = 40_000;
const LATER_MS = 90_000;

test('its link signs in; everything happens soon, and Ctrl-C leaves nothing behind', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-demo-test-'));
  const env = { ...process.env, NODE_OPTIONS: '', MUSTER_PORT: '0', TMPDIR: folder };
  const demo = spawn(process.execPath, ['scripts/run.mjs', 'demo'], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const ended = once(demo, 'exit');
  let family: number[] = [];
  try {
    const links = await new Promise<URL[]>((resolve, reject) => {
      const found: URL[] = [];
      createInterface({ input: demo.stdout }).on('line', (line) => {
        const link = /^ +(http:\S+)$/.exec(line)?.[1];
        if (link !== undefined) found.push(new URL(link));
        if (found.length === 2) resolve(found);
        if (line.startsWith('error')) reject(new Error(line));
      });
    });
    family = familyOf(demo.pid ?? 0);
    const [admin, agent] = links.map(
      ({ origin, hash }) => new HttpClient(origin, '', new URLSearchParams(hash.slice(1)).get('token')),
    );
    if (!admin || !agent) throw new Error('unreachable: two links were read');
    expect((await admin.get('/v1/me')).body['role']).toBe('admin');
    expect((await agent.get('/v1/me')).body['id']).toBe('security-audit');

    const unread = async (): Promise<InboxItem[]> =>
      (await agent.get<ListPage<InboxItem>>('/v1/inbox?unacknowledged=true&limit=100')).body.items;
    const asksForApproval = ({ content }: InboxItem): boolean => content.type === 'APPROVAL_NEEDED';
    const approval = (await pollUntil(unread, (messages) => messages.some(asksForApproval))).find(asksForApproval);

    const openedAt = new Date().toISOString();
    const logged = async (type: string, query: string, limitMs: number): Promise<unknown> => {
      const newest = `/v1/events?type=${type}&order=newest&limit=1${query}`;
      const read = async () => (await admin.get<ListPage<EventView>>(newest)).body.items;
      return pollUntil(read, ({ length }) => length > 0, { limitMs });
    };
    const soon = ['AGENT_ARRIVED', 'PROGRESS_UPDATED', 'SYNC_POINT_EXPIRED'];
    await Promise.all(soon.map((type) => logged(type, `&since=${openedAt}`, SOON_MS)));
    // Some of them may have come while the links were read; the next follow after several minutes.
    const later = ['AGENT_FAILED', 'SYNC_POINT_COMPLETED', 'AGENT_LOST', 'AGENT_RETURNED'];
    await Promise.all(later.map((type) => logged(type, '', LATER_MS)));
    // It has waited for the person; the agent has dealt with all others.
    const isApproval = ({ id }: InboxItem): boolean => id === approval?.id;
    const [waiting] = await pollUntil(unread, (messages) => messages.every(isApproval), { limitMs: SOON_MS });
    expect(waiting?.id).toBe(approval?.id);
    await agent.post(`/v1/inbox/${approval?.id ?? ''}/ack`, { data: { approved: true } });
    const isAnother = (message: InboxItem): boolean => asksForApproval(message) && !isApproval(message);
    await pollUntil(unread, (messages) => messages.some(isAnother), { limitMs: SOON_MS });
  } finally {
    demo.kill('SIGINT');
    await ended;
  }
  expect(demo.exitCode).toBe(0);
  expect(family.length).toBeGreaterThan(2);
  await pollUntil(
    () => family.filter(isRunning),
    (left) => left.length === 0,
  );
  expect(readdirSync(folder).filter((name) => name.startsWith('muster-'))).toEqual([]);
  rmSync(folder, { recursive: true });
});
