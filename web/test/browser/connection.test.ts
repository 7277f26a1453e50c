import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { newAgents, newId } from './stack';
import { visits } from './visitor';

const { signedIn } = visits();

test('a lost connection shows, and what happened meanwhile is there when it is back', async () => {
  const [one, two] = await newAgents('on', 'off');
  if (!one || !two) throw new Error('unreachable: two were asked for');
  const name = newId('Through the tunnel');
  const { id } = await one.muster.syncPoints.create({ name, participants: [one.id, two.id] });
  const person = await signedIn(`/?q=${encodeURIComponent(name)}`);
  person.expectProblems(/ERR_INTERNET_DISCONNECTED/);
  const light = person.page.getByRole('banner').getByRole('status');
  await light.getByText('Live').waitFor();
  await person.sees(`Waiting for ${one.id}, ${two.id}`);

  await person.context.setOffline(true);
  await light.getByText('Connection lost, trying again').waitFor();
  await one.muster.syncPoints.arrive(id);
  await person.sees(`Waiting for ${one.id}, ${two.id}`);

  await person.context.setOffline(false);
  await light.getByText('Live').waitFor();
  await person.sees(`Waiting for ${two.id}`);
});

test('errors of the server show as a lost connection, too', async () => {
  const person = await signedIn();
  person.expectProblems(/status of 503/);
  const light = person.page.getByRole('banner').getByRole('status');
  await light.getByText('Live').waitFor();
  await person.page.route('**/v1/**', (route) => route.fulfill({ status: 503, body: '{}' }));
  await light.getByText('Connection lost, trying again').waitFor();
  await person.page.unroute('**/v1/**');
  await light.getByText('Live').waitFor();
});

test('a view whose script is gone since a deployment says so, and reloading brings it', async () => {
  const person = await signedIn();
  person.expectProblems(/status of 404/);
  const { page } = person;
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.route('**/assets/*.js', (route) => route.fulfill({ status: 404, body: '' }));
  await page.getByRole('link', { name: 'Activity' }).click();
  await person.sees('Muster was updated');
  await page.unroute('**/assets/*.js');
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
});

/** The headless shell never hides a page, so the page is told what a browser with tabs would tell it. */
const hide = (isHidden: boolean): void => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event('visibilitychange'));
};

/** Twice as long as lies between two rounds of an idle page. */
const QUIET_MS = 8_000;

test('a page that nobody sees sends nothing, and is up to date when it is seen again', async () => {
  const [one, two] = await newAgents('seen', 'unseen');
  if (!one || !two) throw new Error('unreachable: two were asked for');
  const name = newId('Behind');
  const { id } = await one.muster.syncPoints.create({ name, participants: [one.id, two.id] });
  const person = await signedIn(`/?q=${encodeURIComponent(name)}`);
  await person.sees(`Waiting for ${one.id}, ${two.id}`);

  await person.page.evaluate(hide, true);
  person.requests.length = 0;
  await one.muster.syncPoints.arrive(id);
  await delay(QUIET_MS);
  expect(person.requests).toEqual([]);

  await person.page.evaluate(hide, false);
  await person.sees(`Waiting for ${two.id}`);
  expect(person.requests).not.toEqual([]);
});
