import { expect, test } from '@jest/globals';
import { adminToken, newAgents } from './stack';
import { visits } from './visitor';

const { visitor, signedIn } = visits();

const FIELD = 'Token of an agent or an admin';

test('a token that Muster does not know is refused with a reason, and the next one signs in', async () => {
  const person = await visitor();
  person.expectProblems(/status of 401/);
  const { page } = person;
  await person.open('/');
  await page.getByLabel(FIELD).fill('muster_nobody-knows-this-one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('Muster does not know this token').waitFor();
  await page.getByLabel(FIELD).fill(adminToken());
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await person.sees('muster:operator', 'header');
});

test('a link signs in, and the token is gone from the address', async () => {
  const { page } = await signedIn('/?q=release');
  expect(new URL(page.url()).hash).toBe('');
  expect(new URL(page.url()).search).toBe('?q=release');
  expect(await page.getByLabel('Search by name, id or participant').inputValue()).toBe('release');
});

test('reloading the tab stays signed in; a new tab does not, and signing out forgets the token', async () => {
  const person = await signedIn();
  const { page, context } = person;
  await page.reload();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();

  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel(FIELD).waitFor();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel(FIELD).waitFor();
  await page.reload();
  await page.getByLabel(FIELD).waitFor();
  const kept = await page.evaluate(() =>
    JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage), document.cookie]),
  );
  expect(kept).not.toContain(adminToken());
});

test('reloading during an outage keeps the token, and trying again signs in', async () => {
  const person = await signedIn('/agents');
  person.expectProblems(/status of 503/);
  const { page } = person;
  await page.route('**/v1/**', (route) => route.fulfill({ status: 503, body: '{}' }));
  await page.reload();
  await page.getByRole('alert').waitFor();
  await page.unroute('**/v1/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
});

test('a link with a token, pasted where the page is open already, signs in and leaves the address', async () => {
  const person = await visitor();
  const { page } = person;
  await person.open('/');
  await page.getByLabel(FIELD).waitFor();
  await page.evaluate((token) => {
    location.hash = `#token=${token}`;
  }, adminToken());
  await person.sees('muster:operator', 'header');
  expect(page.url()).not.toContain(adminToken());
});

test('a token that is revoked while somebody looks signs out, and says why', async () => {
  const [agent] = await newAgents('leaver');
  if (!agent) throw new Error('unreachable: one was asked for');
  const { tokenId } = await agent.muster.whoAmI();
  const person = await signedIn('/', agent.token);
  person.expectProblems(/status of 401/);
  await person.sees('No sync points are open.');
  await agent.muster.tokens.revoke(agent.id, tokenId);
  await person.page.getByRole('alert').getByText('Your token is no longer valid').waitFor();
});

test('an agent sees what it takes part in, and no pages of admins', async () => {
  const [one, other] = await newAgents('worker', 'stranger');
  if (!one || !other) throw new Error('unreachable: two were asked for');
  await one.muster.syncPoints.create({ name: 'Mine', participants: [one.id, other.id] });
  const [third, fourth] = await newAgents('else', 'where');
  if (!third || !fourth) throw new Error('unreachable: two were asked for');
  await third.muster.syncPoints.create({ name: 'Of others', participants: [third.id, fourth.id] });

  const person = await signedIn('/', one.token);
  const { page } = person;
  await page.getByRole('link', { name: 'Mine' }).waitFor();
  expect(await page.getByRole('link', { name: 'Of others' }).count()).toBe(0);
  const views = page.getByRole('navigation', { name: 'Views' });
  expect(await views.getByRole('link').allInnerTexts()).toEqual(['Overview', 'Me', 'API']);
  expect(await page.getByText('Latest events').count()).toBe(0);
  expect(person.requests.filter((request) => /\/v1\/(events|agents)/.test(request))).toEqual([]);
});
