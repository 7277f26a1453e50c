/** Every view, in light and dark, as axe sees it: nothing serious, nothing critical. And each fits its window. */
import { beforeAll, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { newAgents, newId } from './stack';
import { visits, type Visitor } from './visitor';

const { visitor, signedIn } = visits();

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

async function seriousFindings({ page }: Visitor): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Of everything that has colours of its own there is something. */
const scene = { name: '', syncPoint: '', tracker: '', agent: { id: '', token: '' } };

beforeAll(async () => {
  const [one, two, three] = await newAgents('ann', 'bob', 'cem');
  if (!one || !two || !three) throw new Error('unreachable: three were asked for');
  const participants = [one.id, two.id, three.id];
  const name = newId('Everything');
  const { syncPoints, trackers, presence, messages } = one.muster;
  const { id } = await syncPoints.create({
    name,
    participants,
    endWhen: 'everyone',
    deadlineSeconds: 600,
    warnSeconds: 595,
  });
  await syncPoints.arrive(id, { data: { text: 'long enough to be folded away, and to be opened' } });
  await two.muster.syncPoints.fail(id, { reason: 'No room left' });
  const quorum = await syncPoints.create({ name, participants, quorum: 2 });
  await syncPoints.cancel(quorum.id);
  const tracker = await trackers.create({
    name,
    participants,
    totalSteps: 4,
    completeWhen: 'everyone',
    stallSeconds: 1,
  });
  for (const step of [1, 2]) await two.muster.trackers.report(tracker.id, { step, data: { rows: step } });
  await presence.checkIn({ ttlSeconds: 600 });
  await messages.send({ recipients: [one.id], content: { type: 'URGENT', text: 'Come quickly' }, priority: 'HIGH' });
  Object.assign(scene, { name, syncPoint: id, tracker: tracker.id, agent: one });
});

interface View {
  readonly view: string;
  readonly path: () => string;
  /** When it is all there. */
  readonly seen: () => string | RegExp;
  readonly asAgent?: boolean;
}

const VIEWS: readonly View[] = [
  { view: 'overview', path: () => `/?q=${scene.name}`, seen: () => '2/4' },
  { view: 'sync point', path: () => `/sync-points/${scene.syncPoint}`, seen: () => 'No room left' },
  { view: 'tracker', path: () => `/progress-trackers/${scene.tracker}`, seen: () => 'no progress for' },
  { view: 'reports', path: () => `/progress-trackers/${scene.tracker}?list=reports`, seen: () => '{"rows":2}' },
  { view: 'agents', path: () => '/agents', seen: () => scene.agent.id },
  { view: 'one agent', path: () => `/agents/${scene.agent.id}`, seen: () => 'Only the agent itself' },
  { view: 'own page', path: () => `/agents/${scene.agent.id}`, seen: () => 'Come quickly', asAgent: true },
  // Whose events are in sight depends on the other tests.
  { view: 'activity', path: () => '/activity', seen: () => /(ago|just now)$/ },
];

const THEMES = ['light', 'dark'] as const;

const looks = VIEWS.flatMap((view) => THEMES.map((colorScheme) => ({ ...view, colorScheme })));

test.each(looks)('$view, $colorScheme', async ({ path, seen, asAgent, colorScheme }) => {
  // axe is a script that the policy of the page refuses.
  const person = await signedIn(path(), asAgent ? scene.agent.token : undefined, { colorScheme, bypassCSP: true });
  await person.sees(seen(), 'main');
  expect(await seriousFindings(person)).toEqual([]);
});

const WIDTHS = [360, 1_280];

/** Of the page, and of the lists in it, which would scroll by themselves. */
const hiddenPixels = ({ page }: Visitor): Promise<number> =>
  page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('.table-box')];
    return Math.max(...boxes.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
  });

const widths = VIEWS.flatMap((view) => WIDTHS.map((width) => ({ ...view, width })));

test.each(widths)('$view fits into $width px: nothing has to be scrolled sideways', async (one) => {
  const { path, seen, asAgent, width } = one;
  const token = asAgent ? scene.agent.token : undefined;
  const person = await signedIn(path(), token, { viewport: { width, height: 900 } });
  await person.sees(seen(), 'main');
  expect(await hiddenPixels(person)).toBe(0);
});

test('the page of errors fits into 360 px', async () => {
  const person = await visitor({ viewport: { width: 360, height: 900 } });
  await person.open('/docs/errors');
  await person.sees('store.busy');
  expect(await hiddenPixels(person)).toBe(0);
});

test.each(THEMES)('a dialog, %s', async (colorScheme) => {
  const path = `/sync-points/${scene.syncPoint}`;
  const person = await signedIn(path, undefined, { colorScheme, bypassCSP: true });
  await person.page.getByRole('button', { name: 'Move the deadline' }).click();
  await person.page.getByRole('dialog').waitFor();
  expect(await seriousFindings(person)).toEqual([]);
});

test.each(THEMES)('sign-in, %s', async (colorScheme) => {
  const person = await visitor({ colorScheme, bypassCSP: true });
  await person.open('/');
  await person.page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await seriousFindings(person)).toEqual([]);
});
