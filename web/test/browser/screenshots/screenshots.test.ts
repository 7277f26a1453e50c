/**
 * `npm run screenshots`: the pictures of the console in docs/images, of a scene whose times and data are fixed. Each is
 * small enough for a README.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../../test/support/chromium';
import { stopsFirst } from '../../../../test/support/stops-first';
import { startInProcessStack } from '../../../../test/support/in-process-stack';
import { PICTURE_MS, type PlayedScene, playScene } from './scene';

const DIRECTORY = fileURLToPath(new URL('../../../../docs/images/', import.meta.url));
const MOST_BYTES = 160_000;

/** Long enough for what a view reads after its first paint, charts included. */
const SETTLED_MS = 2_500;

interface View {
  readonly name: string;
  readonly path: (scene: PlayedScene) => string;
  /** Nobody is signed in without one. */
  readonly token?: (scene: PlayedScene) => string;
  /** In sight when the view is complete. */
  readonly text: string;
}

const token = ({ adminToken }: PlayedScene): string => adminToken;

const VIEWS: readonly View[] = [
  { name: 'sign-in', path: () => '/', text: 'See who is waiting for whom.' },
  { name: 'overview', path: () => '/', token, text: 'Storefront 2.8' },
  { name: 'sync-point', path: ({ syncPoint }) => `/sync-points/${syncPoint}`, token, text: 'certificate has expired' },
  { name: 'tracker', path: ({ tracker }) => `/progress-trackers/${tracker}`, token, text: 'no progress for' },
  { name: 'agents', path: () => '/agents', token, text: 'Reviews the API' },
  { name: 'agent', path: ({ agent }) => `/agents/${agent.id}`, token: ({ agent }) => agent.token, text: 'rate limit?' },
  { name: 'activity', path: () => '/activity', token, text: 'failed at' },
];

const LOOKS = [
  { suffix: 'light', colorScheme: 'light', width: 1_160, height: 760 },
  { suffix: 'dark', colorScheme: 'dark', width: 1_160, height: 760 },
  { suffix: '360', colorScheme: 'light', width: 360, height: 780 },
] as const;

type Look = (typeof LOOKS)[number];

let browser: Browser;
let url: string;
let scene: PlayedScene;

beforeAll(async () => {
  mkdirSync(DIRECTORY, { recursive: true });
  const stack = await startInProcessStack();
  stopsFirst.push(stack.stop);
  url = stack.url;
  scene = await playScene(stack);
  browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
});

afterAll(() => browser.close());

async function openPage({ colorScheme, width, height }: Look): Promise<Page> {
  const context = await browser.newContext({
    ...{ colorScheme, viewport: { width, height }, locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' },
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(PICTURE_MS);
  // The page goes by the clock of the service, which it takes from this header.
  await page.route('**/v1/**', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), date: new Date(PICTURE_MS).toUTCString() } });
  });
  return page;
}

const pictures = LOOKS.flatMap((look) => VIEWS.map((view) => ({ ...view, ...look, look })));

test.each(pictures)('console-$name-$suffix', async ({ name, suffix, path, token: tokenOf, text, look }) => {
  const page = await openPage(look);
  await page.goto(`${url}${path(scene)}${tokenOf ? `#token=${tokenOf(scene)}` : ''}`);
  await page.getByText(text).first().waitFor();
  await page.waitForTimeout(SETTLED_MS);
  const file = `${DIRECTORY}console-${name}-${suffix}.png`;
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.context().close();
  expect(statSync(file).size).toBeLessThanOrEqual(MOST_BYTES);
});
