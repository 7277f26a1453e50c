import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Muster } from '@muster/client';
import { type InProcessStack, startInProcessStack } from '../../test/support/in-process-stack';
import { stopsFirst } from '../../test/support/stops-first';
import { runCli } from '../cli';
import { FakeTerminal } from './fake-terminal';

let stack: InProcessStack;
let admin: Muster;

beforeAll(async () => {
  stack = await startInProcessStack();
  stopsFirst.push(stack.stop);
  admin = new Muster({ url: stack.url, token: stack.adminToken });
});
afterAll(() => stack.stop());

function start(...args: readonly string[]) {
  const terminal = new FakeTerminal();
  const { out, err, now, fetch, onResize, onInterrupt, color, isTerminal, columns, rows } = terminal;
  const env = { MUSTER_URL: stack.url, MUSTER_TOKEN: stack.adminToken };
  const given = { out, err, now, fetch, onResize, onInterrupt, color, isTerminal, columns, rows, env };
  const ending = runCli(args, given);
  return {
    terminal,
    ending,
    shows: async (text: string) => {
      while (!terminal.text.includes(text)) await new Promise(setImmediate);
    },
  };
}

test('a sync point is shown from its creation to its end, whose exit code it has', async () => {
  const { terminal, ending, shows } = start('sync-points', 'watch', 'nightly', '--appears-within', '60s');
  await admin.syncPoints.create({ id: 'nightly', name: 'Nightly', participants: ['builder', 'tester'] });
  await shows('0 of 2 needed');
  await admin.syncPoints.excuse('nightly', { agentId: 'tester', reason: 'on leave' });
  await shows('on leave');
  await admin.syncPoints.cancel('nightly', { reason: 'the release is off' });
  expect(await ending).toBe(4);
  expect(terminal.text).toContain('the release is off');
  expect([terminal.isCursorShown, terminal.errors]).toEqual([true, '']);
});

test('a tracker is shown until it has ended', async () => {
  await admin.trackers.create({ id: 'import', name: 'Import', totalSteps: 4 });
  const { terminal, ending, shows } = start('trackers', 'watch', 'import');
  await shows('0/4');
  await admin.trackers.report('import', { step: 2 });
  await shows('2/4');
  await admin.trackers.report('import', { step: 4 });
  expect(await ending).toBe(0);
  expect(terminal.text).toMatch(/^Import {2}import\ncompleted/);
});

test('Ctrl-C, a limit and what does not exist have exit codes of their own', async () => {
  await admin.syncPoints.create({ id: 'endless', name: 'Endless', participants: ['builder', 'tester'] });
  const interrupted = start('sync-points', 'watch', 'endless');
  await interrupted.shows('Endless');
  interrupted.terminal.interrupt('SIGINT');
  expect(await interrupted.ending).toBe(130);
  expect(interrupted.terminal.isCursorShown).toBe(true);
  expect(await start('sync-points', 'watch', 'endless', '--timeout', '1s').ending).toBe(124);
  expect(await start('sync-points', 'watch', 'no-such-point').ending).toBe(6);
});

test('a command can be run only for something', async () => {
  const { ending, terminal } = start('run', '--', 'true');
  expect(await ending).toBe(2);
  expect(terminal.errors).toContain('--sync-point or --tracker is required');
});
