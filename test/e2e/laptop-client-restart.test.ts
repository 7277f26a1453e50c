/** The service is killed and started again while programs wait, listen, send and run commands: none of them fails. */
import { afterAll, expect, test } from '@jest/globals';
import { type InboxMessage, type ListenedMessage, Muster } from '@muster/client';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type HttpClient, idsOf, pollUntil } from '../support/http-client';
import { Laptop } from '../support/laptop';

const LAUNCHER = fileURLToPath(new URL('../../cli/muster.mjs', import.meta.url));
const LIMIT_MS = 300_000;
const WAITERS = 20;
const LISTENERS = 5;
/** Sent before the kill, at it, and after the restart. */
const [BEFORE, AT_KILL, AFTER] = [8, 4, 8];
/** The kill comes when so many have been handled, by all listeners together: about half of those sent before it. */
const HANDLED_AT_KILL = 24;

/** A program of one agent, and what the service has told it. */
class Program {
  readonly id: string;
  readonly muster: Muster;
  lostRequests = 0;
  /** Messages as they were handled and as their acknowledgements were answered, in this order. */
  readonly log: string[] = [];

  constructor({ baseUrl, id, token }: HttpClient) {
    this.id = id;
    this.muster = new Muster({ url: baseUrl, token: token ?? '', fetch: this.#fetch });
  }

  readonly #fetch: typeof fetch = async (input, init) => {
    try {
      const response = await fetch(input, init);
      const [, messageId] = /\/inbox\/([^/]+)\/ack$/.exec(response.url) ?? [];
      if (messageId !== undefined && response.ok) this.log.push(`acknowledged ${messageId}`);
      return response;
    } catch (error) {
      this.lostRequests += 1;
      throw error;
    }
  };
}

/** `npx muster`, with its input open. */
class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly exitCode: unknown; readonly stdout: string; readonly stderr: string }>;

  constructor({ baseUrl, token }: HttpClient, ...args: string[]) {
    const child = spawn(process.execPath, [LAUNCHER, ...args], {
      env: { PATH: process.env['PATH'], MUSTER_URL: baseUrl, MUSTER_TOKEN: token ?? '' },
    });
    this.child = child;
    this.ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
      ([[exitCode], stdout, stderr]) => ({ exitCode: exitCode as unknown, stdout, stderr }),
    );
  }
}

const laptop = new Laptop();
const commands: Command[] = [];
const stop = new AbortController();

afterAll(async () => {
  stop.abort();
  for (const { child } of commands) child.kill('SIGKILL');
  await laptop.end();
});

test(
  'waiters return with the data of all, messages are handled once, and commands end as if nothing had been',
  async () => {
    await laptop.start();
    const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
    const [boss, early, late, ...others] = (await laptop.agents(
      'boss',
      'early',
      'late',
      ...names('waiter', WAITERS),
      ...names('listener', LISTENERS + 1),
    )) as [HttpClient, HttpClient, HttpClient, ...HttpClient[]];
    const waiters = others.slice(0, WAITERS).map((agent) => new Program(agent));
    const listeners = others.slice(WAITERS).map((agent) => new Program(agent));
    const { muster } = new Program(boss);
    const participants = [...waiters.map(({ id }) => id), ...idsOf([early, late])];
    const { id } = await muster.syncPoints.create({ name: 'Restart', participants });

    const watch = new Command(boss, 'sync-points', 'watch', id);
    commands.push(watch);
    await once(watch.child.stdout ?? watch.child, 'data');
    const runs = [
      new Command(early, 'run', '--sync-point', id, '--wait', '--', 'true'),
      new Command(late, 'run', '--sync-point', id, '--wait', '--', 'cat'),
    ] as const;
    commands.push(...runs);
    const arriveAndWait = (from: number, to: number) =>
      waiters.slice(from, to).map((waiter) => waiter.muster.syncPoints.arriveAndWait(id, { data: { by: waiter.id } }));
    const ends = arriveAndWait(0, WAITERS / 2);
    await muster.syncPoints.wait(id, {
      until: ({ arrivedParticipants }) => arrivedParticipants.length === WAITERS / 2 + 1,
      participants: false,
    });

    let handled = 0;
    let reached: () => void = () => undefined;
    const reachedKill = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const work = ({ log }: Program, message: ListenedMessage): void => {
      log.push(`handled ${message.id}`);
      handled += 1;
      if (handled === HANDLED_AT_KILL) reached();
    };
    const listening = listeners.map(async (listener, index) => {
      const { inbox } = listener.muster;
      const options = { signal: stop.signal, type: 'WORK' };
      if (index > 0) for await (const message of inbox.listen(options)) work(listener, message);
      else {
        const handler = (message: ListenedMessage): unknown => {
          work(listener, message);
          return { number: message.content['number'] };
        };
        await inbox.handle(handler, { ...options, concurrency: 3 });
      }
    });
    const recipients = listeners.map((listener) => listener.id);
    const priorities: InboxMessage['priority'][] = ['HIGH', 'MEDIUM', 'LOW'];
    const send = async (number: number): Promise<string> => {
      const message = { recipients, content: { type: 'WORK', number }, priority: priorities[number % 3] ?? 'LOW' };
      return (await muster.messages.send(message, { maxRetries: Infinity })).id;
    };

    const sent: string[] = [];
    for (let number = 0; number < BEFORE; number += 1) sent.push(await send(number));
    const kill = laptop.prepareKill();
    const port = new URL(laptop.url).port;
    await reachedKill;
    const killed = kill();
    const sentAtKill = Promise.all(Array.from({ length: AT_KILL }, (_, index) => send(BEFORE + index)));
    ends.push(...arriveAndWait(WAITERS / 2, WAITERS - 5));
    runs[1].child.stdin?.end('by hand');
    await killed;
    await laptop.start(port);
    sent.push(...(await sentAtKill));
    for (let number = 0; number < AFTER; number += 1) sent.push(await send(BEFORE + AT_KILL + number));
    ends.push(...arriveAndWait(WAITERS - 5, WAITERS));

    const byHand: unknown = expect.objectContaining({ exitCode: 0 });
    const data = Object.fromEntries([
      ...waiters.map((waiter) => [waiter.id, { by: waiter.id }]),
      ...idsOf([early, late]).map((agentId) => [agentId, byHand]),
    ]) as Record<string, unknown>;
    for (const end of await Promise.all(ends)) {
      expect(end.syncPoint.status).toBe('completed');
      expect(end.data).toEqual(data);
    }
    // Those that waited were cut off; else nothing would be shown.
    for (const waiter of waiters.slice(0, WAITERS / 2))
      expect([waiter.id, waiter.lostRequests > 0]).toEqual([waiter.id, true]);

    expect(await runs[0].ended).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await runs[1].ended).toMatchObject({ exitCode: 0, stdout: 'by hand' });
    const watched = await watch.ended;
    const lines = watched.stdout.trim().split('\n');
    expect({ exitCode: watched.exitCode, last: lines.at(-1) }).toEqual({
      exitCode: 0,
      last: expect.stringMatching(/completed$/),
    });
    expect(lines.flatMap((line) => / (\S+) arrived \(/.exec(` ${line}`)?.[1] ?? []).sort()).toEqual(
      [...participants].sort(),
    );

    await pollUntil(
      () => listeners.map(({ log }) => new Set(log.filter((line) => line.startsWith('acknowledged'))).size),
      (counts) => counts.every((count) => count === sent.length),
      { limitMs: 60_000 },
    );
    stop.abort();
    await Promise.all(listening);
    for (const { id: agentId, log, lostRequests } of listeners) {
      const handledIds = log.filter((line) => line.startsWith('handled')).sort();
      expect([agentId, handledIds]).toEqual([agentId, sent.map((messageId) => `handled ${messageId}`).sort()]);
      for (const messageId of sent) {
        expect(log.indexOf(`handled ${messageId}`)).toBeLessThan(log.indexOf(`acknowledged ${messageId}`));
      }
      expect([agentId, lostRequests > 0]).toEqual([agentId, true]);
    }
    const kept = await muster.messages.list().toArray();
    expect(kept.map((message) => message.id).sort()).toEqual([...sent].sort());
    for (const [number, messageId] of sent.entries()) {
      const answers = await muster.messages.recipients(messageId).toArray();
      expect(answers.filter(({ acknowledgedAt }) => acknowledgedAt === null)).toEqual([]);
      const [handler] = answers.filter((answer) => answer.id === listeners[0]?.id);
      expect(handler?.data).toEqual({ number });
    }
    await laptop.stop();
  },
  LIMIT_MS,
);
