/** What the programs that start others leave behind, which is nothing. */
import { expect, test } from '@jest/globals';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Runs `main`, in a process of its own with one end before it. */
function run(main: string): ChildProcessWithoutNullStreams {
  const program = `
    import { once } from 'node:events';
    import { runToEnd } from './test/support/run-to-end.ts';
    await runToEnd(async (atEnd) => {
      atEnd(() => console.log('first end'));
      ${main}
    });`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
}

async function resultOf(child: ChildProcessWithoutNullStreams): Promise<{ lines: string[]; exit: unknown[] }> {
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const exit = await once(child, 'close');
  return { lines, exit };
}

test('all ends, the last first, when it is through', async () => {
  const child = run(`atEnd(async () => console.log('second end')); return 3;`);
  expect(await resultOf(child)).toEqual({ lines: ['second end', 'first end'], exit: [3, null] });
});

test('all ends when it fails', async () => {
  expect(await resultOf(run(`throw new Error('broken');`))).toEqual({ lines: ['first end'], exit: [1, null] });
});

test('a signal ends all, and another one does not cut that short', async () => {
  const child = run(`
    atEnd(async () => { console.log('ending'); await once(process.stdin, 'data'); });
    console.log('started');
    await new Promise((resolve) => setTimeout(resolve, 60_000));`);
  const result = resultOf(child);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  child.stdin.write('go on\n');
  expect(await result).toEqual({ lines: ['started', 'ending', 'first end'], exit: [143, null] });
});
