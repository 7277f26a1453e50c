/**
 * `npm run test:platforms`: the client as it would be published, with a laptop stack of its own, on Node, Deno, Bun and
 * in Chromium. `-- Deno Bun` runs some. A platform that this machine doesn't have fails the run.
 */
import { Argument, Command } from 'commander';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../laptop/loopback';
import { type End, runToEnd } from '../support/run-to-end';
import { runMuster } from '../support/start-muster';
import { writeConsumer } from './consumer';
import { startPageServer } from './page-server';
import { type Platform, PLATFORMS, type Scene } from './platforms';

interface Row {
  readonly name: string;
  readonly version: string;
  readonly result: string;
  readonly failed: boolean;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function rowOf({ name, find, play }: Platform, scene: Scene): Promise<Row> {
  const failed = { name, version: '-', failed: true };
  let program: string;
  try {
    program = await find(scene);
  } catch (error) {
    return { ...failed, result: `not available: ${messageOf(error)}` };
  }
  const beganMs = performance.now();
  try {
    const { version, passed, failure } = await play(program, scene);
    const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
    if (failure !== undefined) return { ...failed, version, result: `${failure}, after ${passed.length} that passed` };
    return { name, version, result: `${passed.length} checks passed in ${seconds} s`, failed: false };
  } catch (error) {
    return { ...failed, result: messageOf(error) };
  }
}

async function main(atEnd: (end: End) => void): Promise<number> {
  const [names] = new Command('test:platforms')
    .addArgument(new Argument('[platforms...]', 'default: all').choices(PLATFORMS.map(({ name }) => name)))
    .parse().processedArgs as [readonly string[]];
  const platforms = PLATFORMS.filter(({ name }) => names.length === 0 || names.includes(name));
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-platforms-'));
  atEnd(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const consumer = path.join(folder, 'consumer');
  await writeConsumer(consumer);
  const pages = await startPageServer(consumer);
  atEnd(pages.stop);
  const muster = await runMuster({
    dataDirectory: path.join(folder, 'data'),
    environment: { MUSTER_STAGE_SETTINGS: `corsOrigins=${pages.origin}` },
  });
  atEnd(() => muster.stop());
  const closedUrl = `http://127.0.0.1:${await freePort()}`;
  const scene: Scene = { url: muster.url, adminToken: muster.adminToken, closedUrl, consumer, folder, pages };
  console.log('platform    version          result');
  let failed = false;
  for (const platform of platforms) {
    const row = await rowOf(platform, scene);
    console.log(`${row.name.padEnd(10)}  ${row.version.padEnd(15)}  ${row.result}`);
    failed ||= row.failed;
  }
  return failed ? 1 : 0;
}

await runToEnd(main);
