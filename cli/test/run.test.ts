import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Muster } from '@muster/client';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type InProcessStack, startInProcessStack } from '../../test/support/in-process-stack';
import { stopsFirst } from '../../test/support/stops-first';
import { interruptible } from '../command';
import { Interrupted } from '../errors';
import { exitCodeOfError } from '../explain-error';
import { runChild } from '../run/child';
import { verdictOf } from '../run/outcome';
import { run, type RunOptions } from '../run/run';
import { DEFAULT_STEP_PATTERN, stepReader } from '../run/steps';
import { Tail } from '../run/tail';
import { FakeTerminal } from './fake-terminal';

const node = (script: string): string[] => [process.execPath, '-e', script];

function surroundings(muster: Muster) {
  const terminal = new FakeTerminal();
  terminal.isTerminal = false;
  const signals = new EventEmitter();
  const said: string[] = [];
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  return {
    terminal,
    signals,
    said,
    stdout,
    stderr,
    given: {
      muster,
      stdout,
      stderr,
      signals,
      isInForeground: false,
      env: process.env,
      now: () => Date.now(),
      say: (line: string) => void said.push(line),
      interruptible: <T>(part: (signal: AbortSignal) => Promise<T>) => interruptible(terminal, part),
    },
    output: async () => {
      stdout.end();
      stderr.end();
      return { stdout: await text(stdout), stderr: await text(stderr) };
    },
  };
}

const OPTIONS: RunOptions = {
  syncPoint: undefined,
  tracker: undefined,
  asData: undefined,
  wait: false,
  waitMs: undefined,
  stepPattern: new RegExp(DEFAULT_STEP_PATTERN, 'i'),
  ttlSeconds: 60,
  appearsWithinMs: 0,
};

describe('on a stack', () => {
  let stack: InProcessStack;
  let admin: Muster;
  let builder: Muster;
  let tester: Muster;
  let made = 0;

  beforeAll(async () => {
    stack = await startInProcessStack();
    stopsFirst.push(stack.stop);
    admin = new Muster({ url: stack.url, token: stack.adminToken });
    const registered = async (id: string) => {
      const { token } = await admin.agents.register({ id, name: id });
      return new Muster({ url: stack.url, token });
    };
    builder = await registered('builder');
    tester = await registered('tester');
  });
  afterAll(() => stack.stop());

  const point = async (): Promise<string> => {
    const id = `point-${(made += 1)}`;
    await admin.syncPoints.create({ id, name: id, participants: ['builder', 'tester'], endWhen: 'everyone' });
    return id;
  };
  const outcome = async (id: string) => {
    const { items } = await admin.syncPoints.participants(id);
    return items.find(({ agentId }) => agentId === 'builder');
  };

  test('arrives with exit code and duration, and passes the output through', async () => {
    const syncPoint = await point();
    const { given, output } = surroundings(builder);
    const command = node('process.stdout.write("no line break\\0"); process.stderr.write("\\u001b[31mred\\n")');
    expect(await run(command, { ...OPTIONS, syncPoint }, given)).toBe(0);
    expect(await output()).toEqual({ stdout: 'no line break\0', stderr: '\u001b[31mred\n' });
    expect(await outcome(syncPoint)).toMatchObject({
      outcome: 'arrived',
      data: { exitCode: 0, durationMs: expect.any(Number) },
    });
  });

  test('checks in while the command runs, and checks out', async () => {
    const syncPoint = await point();
    const { given, stdout } = surroundings(builder);
    const running = run(node('console.log("up"); setTimeout(() => {}, 600)'), { ...OPTIONS, syncPoint }, given);
    await once(stdout, 'data');
    expect((await admin.agents.get('builder')).presence).toMatchObject({ status: 'present' });
    await running;
    expect((await admin.agents.get('builder')).presence?.status).not.toBe('present');
  });

  test('fails with the last lines, without the arguments', async () => {
    const syncPoint = await point();
    const { given } = surroundings(builder);
    const script =
      'for (let i = 1; i < 30; i++) console.log("line " + i); console.error("3 tests fail"); process.exit(3)';
    const command = ['sh', '-c', `"$0" -e '${script}' s3cret`, process.execPath];
    expect(await run(command, { ...OPTIONS, syncPoint }, given)).toBe(3);
    const failed = await outcome(syncPoint);
    expect(failed).toMatchObject({ outcome: 'failed', data: { exitCode: 3, signal: null } });
    expect(failed?.reason).toMatch(/^sh exited with 3: (3 tests fail|line 29)$/);
    expect((failed?.data as { lastLines: string[] }).lastLines).toHaveLength(20);
    expect(JSON.stringify(failed)).not.toContain('s3cret');
  });

  test('is 127 for a command that is not found, which has failed', async () => {
    const syncPoint = await point();
    expect(await run(['/no/such-command', 'x'], { ...OPTIONS, syncPoint }, surroundings(builder).given)).toBe(127);
    expect(await outcome(syncPoint)).toMatchObject({ outcome: 'failed', reason: 'such-command was not found' });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes %s on and is 128 + n', async (signal) => {
    const syncPoint = await point();
    const { given, signals, stdout } = surroundings(builder);
    const running = run(node('console.log("up"); setInterval(() => {}, 1e3)'), { ...OPTIONS, syncPoint }, given);
    await once(stdout, 'data');
    signals.emit(signal, signal);
    expect(await running).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
    expect((await outcome(syncPoint))?.reason).toMatch(new RegExp(`was ended by ${signal}`));
    expect(signals.eventNames()).toEqual([]);
  });

  test('arrives with the JSON that the command has written', async () => {
    const syncPoint = await point();
    const asData = path.join(mkdtempSync(path.join(tmpdir(), 'muster-run-')), 'data.json');
    const command = node(`require('fs').writeFileSync(${JSON.stringify(asData)}, '{"tests":212}')`);
    expect(await run(command, { ...OPTIONS, syncPoint, asData }, surroundings(builder).given)).toBe(0);
    expect(await outcome(syncPoint)).toMatchObject({ outcome: 'arrived', data: { tests: 212 } });
  });

  test('fails if there is no such JSON after a success', async () => {
    const syncPoint = await point();
    const asData = path.join(tmpdir(), 'muster-run-no-such-file');
    expect(await run(node('0'), { ...OPTIONS, syncPoint, asData }, surroundings(builder).given)).toBe(1);
    const { reason } = (await outcome(syncPoint)) ?? {};
    expect(reason).toBe(`node exited with 0, but ${asData} can't be read (ENOENT)`);
  });

  test('waits for the others, and has the exit code of the ending', async () => {
    const [syncPoint, other] = [await point(), await point()];
    const waited = { ...OPTIONS, wait: true };
    const first = run(node('0'), { ...waited, syncPoint }, surroundings(builder).given);
    const second = run(node('0'), { ...waited, syncPoint: other }, surroundings(builder).given);
    await tester.syncPoints.arrive(syncPoint);
    await tester.syncPoints.fail(other);
    expect(await Promise.all([first, second])).toEqual([0, 5]);
  });

  test('ends with 130 when it is interrupted while it waits', async () => {
    const syncPoint = await point();
    const { given, terminal } = surroundings(builder);
    const running = run(node('0'), { ...OPTIONS, wait: true, syncPoint }, given);
    await admin.syncPoints.wait(syncPoint, { until: ({ arrivedParticipants }) => arrivedParticipants.length > 0 });
    // Once the presence is checked out, and nothing listens but the wait.
    while ((await admin.agents.get('builder')).presence?.status === 'present') await new Promise(setImmediate);
    while (terminal.listeners === 0) await new Promise(setImmediate);
    terminal.interrupt('SIGINT');
    const error = await running.catch((thrown: unknown) => thrown);
    expect([error instanceof Interrupted, exitCodeOfError(error)]).toEqual([true, 130]);
  });

  test('waits for a sync point that is created after the command', async () => {
    const syncPoint = `point-${(made += 1)}`;
    const { given, said } = surroundings(builder);
    const running = run(node('0'), { ...OPTIONS, syncPoint, appearsWithinMs: 60_000 }, given);
    while (said.length === 0) await new Promise(setImmediate);
    await admin.syncPoints.create({ id: syncPoint, name: 'late', participants: ['builder', 'tester'] });
    expect(await running).toBe(0);
    expect(said[0]).toBe(`${syncPoint} doesn't exist yet.`);
    expect(await outcome(syncPoint)).toMatchObject({ outcome: 'arrived' });
  });

  test('does not run a command in vain', async () => {
    const syncPoint = await point();
    const { given, output } = surroundings(builder);
    const codeOf = (options: Partial<RunOptions>, muster = builder) =>
      run(node('console.log("ran")'), { ...OPTIONS, syncPoint, ...options }, { ...given, muster }).catch(
        exitCodeOfError,
      );
    expect(await codeOf({}, new Muster({ url: stack.url, token: 'wrong' }))).toBe(6);
    expect(await codeOf({ syncPoint: 'no-such-point' })).toBe(6);
    expect(await codeOf({}, admin)).toBe(6);
    await builder.syncPoints.arrive(syncPoint);
    expect(await codeOf({})).toBe(1);
    await admin.syncPoints.cancel(syncPoint);
    expect(await codeOf({})).toBe(4);
    expect((await output()).stdout).toBe('');
  });

  test('says loudly that an outcome could not be recorded', async () => {
    const [syncPoint, other] = [await point(), await point()];
    const end = async (id: string, exitCode: number) => {
      const { given, said, stdout } = surroundings(builder);
      const script = `console.log("up"); process.stdin.resume(); setTimeout(() => process.exit(${exitCode}), 700)`;
      const running = run(node(script), { ...OPTIONS, syncPoint: id }, given);
      await once(stdout, 'data');
      await admin.syncPoints.cancel(id);
      return { exitCode: await running, said: said.join('\n') };
    };
    expect(await end(syncPoint, 0)).toEqual({ exitCode: 1, said: expect.stringMatching(/^ERROR: .* NOT recorded at/) });
    expect(await end(other, 7)).toMatchObject({ exitCode: 7, said: expect.stringContaining('NOT recorded') });
  });

  test('reports the steps that are printed, and fails at the tracker', async () => {
    const tracker = `tracker-${(made += 1)}`;
    const participants = ['builder', 'tester'];
    await admin.trackers.create({ id: tracker, name: 'Import', totalSteps: 5, participants, completeWhen: 'everyone' });
    const command = node('for (const i of [1, 3, 2, 9]) console.log(`row ${i}/5 done`); process.exit(2)');
    expect(await run(command, { ...OPTIONS, tracker }, surroundings(builder).given)).toBe(2);
    const { items } = await admin.trackers.participants(tracker);
    expect(items.find(({ agentId }) => agentId === 'builder')).toMatchObject({
      outcome: 'failed',
      step: 3,
      reason: 'node exited with 2: row 9/5 done',
    });
  });

  test('goes on where an earlier attempt had come to on a monotonic tracker', async () => {
    const tracker = `tracker-${(made += 1)}`;
    await admin.trackers.create({
      id: tracker,
      name: 'Import',
      totalSteps: 5,
      monotonic: true,
      participants: ['builder'],
    });
    await builder.trackers.report(tracker, { step: 3 });
    const { given, said } = surroundings(builder);
    const command = node('for (const i of [1, 2, 3, 4]) console.log(`row ${i}/5 done`)');
    expect(await run(command, { ...OPTIONS, tracker }, given)).toBe(0);
    expect((await admin.trackers.get(tracker)).participantProgress).toEqual({ builder: 4 });
    expect(said).toEqual([]);
  });

  test('is 1 if steps were refused while the command ran', async () => {
    const tracker = `tracker-${(made += 1)}`;
    await admin.trackers.create({ id: tracker, name: 'Import', totalSteps: 5, participants: ['builder'] });
    const { given, said, stdout } = surroundings(builder);
    const script = 'console.log("up"); [1, 2].map((i) => setTimeout(() => console.log(`${i}/5`), 400 * i))';
    const running = run(node(script), { ...OPTIONS, tracker }, given);
    await once(stdout, 'data');
    await admin.trackers.cancel(tracker);
    expect(await running).toBe(1);
    expect(said).toEqual([
      expect.stringMatching(/^steps are no longer reported: /),
      expect.stringMatching(/^ERROR: .* NOT recorded at the tracker/),
    ]);
  });

  test('reports the steps of the creator, who need not be a participant', async () => {
    const tracker = `tracker-${(made += 1)}`;
    await builder.trackers.create({ id: tracker, name: 'Import', totalSteps: 2, participants: ['tester'] });
    expect(await run(node('console.log("2/2")'), { ...OPTIONS, tracker }, surroundings(builder).given)).toBe(0);
    expect((await builder.trackers.get(tracker)).status).toBe('completed');
  });
});

describe('a command', () => {
  const child = (script: string, changes: { readonly isInForeground?: boolean } = {}) => {
    const { given, ...streams } = surroundings(new Muster({ url: 'http://127.0.0.1:1' }));
    const [command = '', ...args] = node(script);
    return { ending: runChild({ command, args }, { ...given, ...changes }), ...streams };
  };

  test('has all of its output passed on, however late it is read', async () => {
    const { ending, stdout } = child('process.stdout.write("x".repeat(180_000))');
    // Longer than what other processes write afterwards is waited for.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const read = text(stdout);
    await ending;
    stdout.end();
    expect(await read).toHaveLength(180_000);
  });

  test('gets a second Ctrl-C, which may be one of kill', async () => {
    const { ending, signals, stdout } = child(
      'process.on("SIGINT", () => process.exit(7)); console.log("up"); setInterval(() => {}, 1e3)',
      { isInForeground: true },
    );
    await once(stdout, 'data');
    signals.emit('SIGINT', 'SIGINT');
    signals.emit('SIGINT', 'SIGINT');
    expect(await ending).toMatchObject({ exitCode: 7 });
  });

  test('gets Ctrl-C from the terminal, not a second time', async () => {
    const { ending, signals, stdout } = child(
      'process.on("SIGINT", () => console.log("again")); console.log("up"); setTimeout(() => {}, 400)',
      {
        isInForeground: true,
      },
    );
    await once(stdout, 'data');
    signals.emit('SIGINT', 'SIGINT');
    expect(await ending).toMatchObject({ exitCode: 0, lastLines: ['up'] });
  });

  test('has ended although another process holds its output', async () => {
    const { ending } = child(
      'require("child_process").spawn("sleep", ["30"], { stdio: "inherit", detached: true }).unref(); console.log("done")',
    );
    expect(await ending).toMatchObject({ exitCode: 0, lastLines: ['done'] });
  });

  test.each(['stdout', 'stderr'] as const)('notices that nobody reads its %s', async (name) => {
    const { ending, ...streams } = child(`setInterval(() => process.${name}.write("x"), 10)`);
    await once(streams[name], 'data');
    streams[name].emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(await ending).toMatchObject({ exitCode: expect.any(Number) });
  });
});

test('the last lines are whole, without escapes, and bounded', () => {
  const lines: string[] = [];
  const tail = new Tail(3, (line) => lines.push(line));
  const [out, err] = [tail.reader(), tail.reader()];
  const umlaut = Buffer.from('ü');
  out(Buffer.concat([Buffer.from('one\r\ntw'), umlaut.subarray(0, 1)]));
  err(Buffer.from('\u001b[31mred\u001b[0m\n10 %\r20 %\r'));
  out(umlaut.subarray(1));
  tail.end();
  expect(lines).toEqual(['one', 'red', '10 %', '20 %', 'twü']);
  expect(tail.lines).toEqual(['10 %', '20 %', 'twü']);
  out(Buffer.alloc(1e6, 'x'));
  out(Buffer.from('\n'));
  expect(tail.lines.at(-1)).toHaveLength(2_000);
});

test('what is sent of a failure is within the limits of the API', () => {
  const lastLines = Array.from({ length: 20 }, () => '\u20ac'.repeat(2_000));
  const end = { exitCode: 1, signal: null, startError: null, durationMs: 5, lastLines };
  const verdict = verdictOf('/usr/bin/make', end, undefined);
  const { reason, data } = (verdict as Extract<typeof verdict, { failure: unknown }>).failure;
  expect(reason).toHaveLength(2_000);
  expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThanOrEqual(65_536);
  expect(data.lastLines.length).toBeGreaterThan(5);
});

test.each([
  ['row 3/10', 3],
  ['[ 4 / 10 ] compiling', 4],
  ['Step 5: copying', 5],
  ['step #6', 6],
  ['7 of 10 done', 7],
  ['on 3/10/2026', undefined],
  ['src/1/2 and 1/2/x', undefined],
  ['v1/2', undefined],
  ['11/20', undefined],
  ['steps', undefined],
])('%s is step %s of 10', (line, step) => {
  expect(stepReader(new RegExp(DEFAULT_STEP_PATTERN, 'i'), 10)(line)).toBe(step);
});
