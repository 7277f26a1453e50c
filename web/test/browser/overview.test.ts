/** What somebody sees who leaves the overview open: nothing here reloads a page. */
import { expect, test } from '@jest/globals';
import { newAgents, newId } from './stack';
import { visits } from './visitor';

const { signedIn } = visits();

const card = (name: string): string => `article:has(h3 :text-is(${JSON.stringify(name)}))`;

test('twenty agents arrive, one after the other', async () => {
  const agents = await newAgents(...Array.from({ length: 20 }, (_, index) => `drone${index}`));
  const name = newId('Fleet check');
  const person = await signedIn(`/?q=${encodeURIComponent(name)}`);
  await person.sees('Nothing matches.');
  const [first] = agents;
  if (!first) throw new Error('unreachable: twenty were asked for');
  const { id } = await first.muster.syncPoints.create({ name, participants: agents.map((agent) => agent.id) });
  const ring = person.page.locator(card(name)).getByRole('img');
  await ring.and(person.page.getByLabel('0 of 20 arrived, 20 are enough, 20 missing')).waitFor();
  await person.page.evaluate(() => ((globalThis as { stays?: boolean }).stays = true));
  for (const [index, agent] of agents.entries()) {
    await agent.muster.syncPoints.arrive(id);
    if (index === 9) await ring.and(person.page.getByLabel('10 of 20 arrived')).waitFor();
  }
  await person.sees('completed', card(name));
  await ring.and(person.page.getByLabel('20 of 20 arrived')).waitFor();
  expect(await person.page.evaluate(() => (globalThis as { stays?: boolean }).stays)).toBe(true);
});

test('a failure shows with its reason, whether it came before or while somebody looks', async () => {
  const [one, two, three] = await newAgents('builder', 'tester', 'auditor');
  if (!one || !two || !three) throw new Error('unreachable: three were asked for');
  const name = newId('Release');
  const { id } = await one.muster.syncPoints.create({
    name,
    participants: [one.id, two.id, three.id],
    endWhen: 'everyone',
  });
  await one.muster.syncPoints.fail(id, { reason: 'The compiler crashed' });
  const person = await signedIn(`/?q=${encodeURIComponent(name)}`);
  await person.sees('The compiler crashed', card(name));
  await person.sees(`Waiting for ${two.id}, ${three.id}`, card(name));
  await two.muster.syncPoints.fail(id, { reason: '<img src=x onerror=alert(1)> is no test' });
  await person.sees('and 1 more', card(name));
  await three.muster.syncPoints.arrive(id);
  await person.sees('failed', `${card(name)} .status`);
  // What agents write is text, wherever it is shown.
  await person.sees('<img src=x onerror=alert(1)> is no test', 'aside');
});

test('a deadline counts down, turns urgent, and expires', async () => {
  const [one, two] = await newAgents('early', 'late');
  if (!one || !two) throw new Error('unreachable: two were asked for');
  const name = newId('Gate');
  const person = await signedIn(`/?q=${encodeURIComponent(name)}`);
  await one.muster.syncPoints.create({ name, participants: [one.id, two.id], deadlineSeconds: 8 });
  await person.page
    .locator(card(name))
    .locator('.countdown.near')
    .getByText(/^[1-8] s left$/)
    .waitFor();
  await person.sees('expired', card(name));
  await person.sees('2 participants missing', card(name));
});

test('who has to wait for a lost agent sees that it is lost', async () => {
  const [one, two] = await newAgents('waiter', 'sleeper');
  if (!one || !two) throw new Error('unreachable: two were asked for');
  await two.muster.presence.checkIn({ ttlSeconds: 10 });
  const name = newId('Handover');
  await one.muster.syncPoints.create({ name, participants: [one.id, two.id] });
  const person = await signedIn(`/?q=${encodeURIComponent(name)}`);
  await person.sees(`Waiting for ${one.id}, ${two.id}`, card(name));
  await person.page.locator(card(name)).getByText(`${two.id} (lost)`).waitFor({ timeout: 90_000 });
});

test('a tracker shows its progress, and that it has stalled', async () => {
  const [one, two] = await newAgents('import1', 'import2');
  if (!one || !two) throw new Error('unreachable: two were asked for');
  const name = newId('Archive');
  const person = await signedIn(`/?q=${encodeURIComponent(name)}`);
  const { id } = await one.muster.trackers.create({
    name,
    participants: [one.id, two.id],
    totalSteps: 10,
    completeWhen: 'everyone',
    stallSeconds: 2,
  });
  await one.muster.trackers.report(id, { step: 6 });
  await two.muster.trackers.report(id, { step: 2 });
  const bar = (label: string) => person.page.locator(card(name)).getByRole('progressbar', { name: label });
  const shows = (label: string, percent: number): Promise<void> =>
    bar(label)
      .and(person.page.locator(`[aria-valuenow="${percent}"]`))
      .waitFor();
  await Promise.all([shows('overall', 40), shows(one.id, 60), shows(two.id, 20)]);
  await person.page
    .locator(card(name))
    .getByText(/no progress for \d+ s/)
    .waitFor({ timeout: 90_000 });
  await two.muster.trackers.report(id, { step: 10 });
  await one.muster.trackers.report(id, { step: 10 });
  await person.sees('completed', card(name));
});

test('search and filters are in the address, and leave out what does not match', async () => {
  const [one, two] = await newAgents('seeker', 'finder');
  if (!one || !two) throw new Error('unreachable: two were asked for');
  const names = [newId('Needle'), newId('Hay')];
  for (const name of names) await one.muster.syncPoints.create({ name, participants: [one.id, two.id] });
  const { page } = await signedIn();
  await page.getByLabel('Search by name, id or participant').fill(names[0] ?? '');
  await page.getByRole('heading', { name: names[0] ?? '' }).waitFor();
  expect(await page.getByRole('heading', { name: names[1] ?? '' }).count()).toBe(0);
  await page.getByRole('button', { name: 'With failures' }).click();
  await page.getByText('Nothing matches.').first().waitFor();
  await page.getByRole('heading', { name: /^Sync points 0 of \d+ open$/ }).waitFor();
  const shared = new URL(page.url());
  expect(Object.fromEntries(shared.searchParams)).toEqual({ q: names[0], show: 'failed' });
});
