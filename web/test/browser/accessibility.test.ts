/** Every view, in light and dark, as axe sees it: nothing serious, nothing critical. */
import { expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { newAgents, newId } from './stack';
import { visits, type Visitor } from './visitor';

const { visitor, signedIn } = visits();

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

async function seriousFindings({ page }: Visitor): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const THEMES = ['light', 'dark'] as const;

test.each(THEMES)('sign-in, %s', async (colorScheme) => {
  const person = await visitor({ colorScheme, bypassCSP: true });
  await person.open('/');
  await person.page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await seriousFindings(person)).toEqual([]);
});

test.each(THEMES)('overview, %s', async (colorScheme) => {
  const [one, two, three] = await newAgents('ann', 'bob', 'cem');
  if (!one || !two || !three) throw new Error('unreachable: three were asked for');
  const participants = [one.id, two.id, three.id];
  const name = newId('Everything');
  const { id } = await one.muster.syncPoints.create({ name, participants, endWhen: 'everyone', deadlineSeconds: 50 });
  await one.muster.syncPoints.arrive(id);
  await two.muster.syncPoints.fail(id, { reason: 'No room left' });
  const quorum = await one.muster.syncPoints.create({ name, participants, quorum: 2 });
  await one.muster.syncPoints.cancel(quorum.id);
  const tracker = await one.muster.trackers.create({ name, participants, totalSteps: 4, completeWhen: 'everyone' });
  await two.muster.trackers.report(tracker.id, { step: 2 });
  await one.muster.presence.checkIn({ ttlSeconds: 600 });
  const person = await signedIn('/', undefined, { colorScheme, bypassCSP: true });
  await person.sees('No room left', 'main');
  await person.sees('2/4');
  expect(await seriousFindings(person)).toEqual([]);
});
