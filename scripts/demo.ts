/**
 * `npm run demo`: Muster on this machine with a cast of simulated agents, and a link to the console that signs in. Its
 * data is thrown away at the end.
 */
import '../laptop/lambda/load-bundles-as-they-are.mjs';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Muster } from '@muster/client';
import { LocalError, messageOf } from '../laptop/local-error';
import type { LocalStack } from '../laptop/local-stack';
import { readSettings } from '../laptop/settings';
import { captureOutput } from '../laptop/terminal';
import { play } from './demo/play';
import { startMuster } from './laptop-muster';

/** Beside that of `npm start`, which may run at the same time. */
const PORT = '4010';

/** Whatever is drawn follows from it: the same story every time. */
const SEED = 'muster';

const terminal = captureOutput();
const end = new AbortController();
const dataDirectory = mkdtempSync(path.join(tmpdir(), 'muster-demo-'));
let stack: LocalStack | undefined;
let stopping: Promise<never> | undefined;

function stop(exitCode: number): Promise<never> {
  end.abort();
  stopping ??= (async () => {
    await stack?.stop();
    removeData();
    process.exit(exitCode);
  })();
  return stopping;
}

function removeData(): void {
  rmSync(dataDirectory, { recursive: true, force: true });
}

function fail(error: unknown): void {
  const line = error instanceof LocalError ? error.message : `The demo failed unexpectedly: ${messageOf(error)}`;
  terminal.print(`error: ${line.replace(/\s+/g, ' ').trim()}`);
  void stop(1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // Whoever presses Ctrl-C again doesn't want to wait; the store ends with this process anyway.
    if (stopping) {
      removeData();
      process.exit(1);
    }
    // A start that is under way ends by the signal, with its error.
    if (stack) void stop(0);
    else end.abort();
  });
}

/** In the fragment, which a browser sends to no server. */
const linkFor = (url: string, token: string): string => `${url}/#token=${token}`;

try {
  const settings = readSettings({
    ...process.env,
    MUSTER_PORT: process.env['MUSTER_PORT'] ?? PORT,
    MUSTER_DATA_DIR: dataDirectory,
    MUSTER_ADMIN_TOKEN: `demo-${randomBytes(24).toString('hex')}`,
  });
  stack = await startMuster(settings, terminal, end.signal);
  const { url, adminToken, broken } = stack;
  terminal.openLog(path.join(dataDirectory, 'muster.log'));
  void broken.then((error) => {
    if (!stopping) fail(error);
  });
  const { cast, over } = await play(new Muster({ url, token: adminToken }), url, SEED, end.signal);
  terminal.print(`Muster is ready, and ${Object.keys(cast).length} agents are at work. Open this link; it signs you in:

  ${linkFor(url, adminToken)}

What to look at:
  - a release that five agents meet for: one fails, one hangs and is lost, one release is called off
  - votes, where two of three are enough; appointments that somebody misses, so that they expire
  - importers at uneven pace, until the tracker stalls

As one of the agents, with an approval in its inbox that waits for you:

  ${linkFor(url, cast['security-audit'].token)}

Press Ctrl-C to stop; nothing is kept.`);
  await over;
} catch (error) {
  if (end.signal.aborted) await stop(0);
  fail(error);
}
