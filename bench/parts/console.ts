/**
 * The console in a browser of this machine: how soon it is painted, with fresh contexts of the browser on the laptop
 * stack; how smooth it stays when much happens; and how many requests it sends.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { MadeApi } from '../console/made-api';
import { expectStatus, httpClient } from '../http';
import { startLaptopStack } from '../laptop-stack';
import { findChromium } from '../../test/support/chromium';
import { round, type Spread, spreadOf } from '../statistics';

export interface ConsoleResult {
  /** Of all that `/` loads. */
  readonly scriptKib: number;
  /** Signed in by the link, until the largest contentful paint. */
  readonly paintedMs: Spread;
  readonly busy: BusyResult;
  readonly requestsPerMinute: { readonly idle: number; readonly busy: number };
}

interface BusyResult {
  readonly updatesPerSecond: number;
  readonly seconds: number;
  readonly rosters: number;
  /** Tasks of more than 50 ms, of the page's one thread. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  readonly framesPerSecond: number;
  readonly longestFrameMs: number;
}

const ROSTERS = 200;
const UPDATES_PER_SECOND = 60;
const SETTLED_MS = 1_500;

/** Run in the page before its own scripts. */
const WATCH = `
  window.watched = { painted: 0, tasks: [], frames: [] };
  new PerformanceObserver((list) => { for (const e of list.getEntries()) watched.painted = e.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => { for (const e of list.getEntries()) watched.tasks.push(e.duration); })
    .observe({ type: 'longtask' });
  const frame = (at) => { watched.frames.push(at); requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
`;

export async function measureConsole(quick: boolean): Promise<ConsoleResult> {
  const stack = await startLaptopStack();
  // Its sandbox needs rights that containers don't give; the only page is ours.
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  try {
    const link = `${stack.url}/#token=${stack.adminToken}`;
    const scriptKib = await measureScript(browser, link);
    const painted: number[] = [];
    for (let time = 0; time < (quick ? 1 : 9); time++) painted.push(await measurePaint(browser, link));
    const busy = await measureBusy(browser, link, quick ? 2 : 10);
    const idle = await requestsOf(browser, link, quick ? 5 : 60);
    const stopping = new AbortController();
    const load = keepArriving(stack.url, await stack.newParticipants(60), stopping.signal);
    const busyRequests = await requestsOf(browser, link, quick ? 5 : 60);
    stopping.abort();
    await load;
    return { scriptKib, paintedMs: spreadOf(painted, 0), busy, requestsPerMinute: { idle, busy: busyRequests } };
  } finally {
    await browser.close();
    await stack.stop();
  }
}

async function open(browser: Browser, prepare: (page: Page) => unknown = () => undefined): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 1_000 } });
  const page = await context.newPage();
  await page.addInitScript({ content: WATCH });
  await prepare(page);
  return page;
}

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('heading', { name: 'Sync points' }).waitFor();
}

/** KiB, compressed by gzip; HTTP may do better. */
async function measureScript(browser: Browser, link: string): Promise<number> {
  const scripts: Promise<Buffer>[] = [];
  const page = await open(browser, (fresh) => {
    fresh.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response.body());
    });
  });
  await signIn(page, link);
  const bytes = (await Promise.all(scripts)).reduce((sum, script) => sum + gzipSync(script).length, 0);
  await page.context().close();
  return round(bytes / 1_024, 1);
}

async function measurePaint(browser: Browser, link: string): Promise<number> {
  const page = await open(browser);
  await signIn(page, link);
  await delay(SETTLED_MS);
  const painted = await page.evaluate<number>('watched.painted');
  await page.context().close();
  return painted;
}

async function measureBusy(browser: Browser, link: string, seconds: number): Promise<BusyResult> {
  const api = new MadeApi(ROSTERS);
  const page = await open(browser, (fresh) =>
    fresh.route('**/v1/**', (route) => {
      const { status, body } = api.answer(new URL(route.request().url()));
      return route.fulfill({ status, json: body });
    }),
  );
  await signIn(page, link);
  const caughtUp = page.waitForResponse(
    (response) => response.url().includes('/v1/events') && response.url().includes('cursor=4700'),
  );
  api.catchUp();
  await caughtUp;
  await delay(SETTLED_MS);
  await page.evaluate('watched.tasks = []; watched.frames = [];');
  const startedMs = performance.now();
  let sent = 0;
  while (performance.now() - startedMs < seconds * 1_000) {
    const due = ((performance.now() - startedMs) / 1_000) * UPDATES_PER_SECOND;
    for (; sent < due; sent++) api.update();
    await delay(5);
  }
  // Otherwise it would be smooth because it does nothing.
  await page.getByRole('img', { name: new RegExp(`^${api.arrivedAtLargest} of 10000 arrived`) }).waitFor();
  const { tasks, frames } = await page.evaluate<{ tasks: number[]; frames: number[] }>('watched');
  await page.context().close();
  const gaps = frames.slice(1).map((at, index) => at - (frames[index] ?? at));
  return {
    ...{ updatesPerSecond: UPDATES_PER_SECOND, seconds, rosters: ROSTERS, longTasks: tasks.length },
    longestTaskMs: round(Math.max(0, ...tasks), 0),
    framesPerSecond: round((gaps.length / gaps.reduce((sum, gap) => sum + gap, 0)) * 1_000, 0),
    longestFrameMs: round(Math.max(0, ...gaps), 0),
  };
}

async function requestsOf(browser: Browser, link: string, seconds: number): Promise<number> {
  let requests = 0;
  const page = await open(browser);
  await signIn(page, link);
  await delay(SETTLED_MS);
  page.on('request', () => {
    requests += 1;
  });
  await delay(seconds * 1_000);
  await page.context().close();
  return round((requests / seconds) * 60, 0);
}

/** Somebody arrives every second. */
async function keepArriving(url: string, participants: readonly { id: string; token: string }[], stopped: AbortSignal) {
  const client = httpClient(url, 2);
  const [creator] = participants;
  if (!creator) throw new Error('unreachable: some were asked for');
  const input = { name: 'busy', participants: [...participants.map(({ id }) => id), 'never-comes'] };
  const created = expectStatus(await client.send('POST', '/v1/sync-points', creator.token, input), 201);
  const path = `/v1/sync-points/${(JSON.parse(created.text) as { id: string }).id}/arrivals`;
  for (const { token } of participants) {
    if (stopped.aborted) break;
    expectStatus(await client.send('POST', path, token), 201);
    await delay(1_000);
  }
  client.close();
}
