/** The page of one sync point, and what can be done there. */
import { expect, test } from '@jest/globals';
import { admin, newAgents, newId, type NewAgent } from './stack';
import { visits, type Visitor } from './visitor';

const { signedIn } = visits();

interface Scene {
  readonly person: Visitor;
  readonly id: string;
  readonly agents: readonly NewAgent[];
}

/** An admin looks at a sync point of three; the first has arrived, with data. */
async function atSyncPoint(): Promise<Scene> {
  const agents = await newAgents('builder', 'tester', 'auditor');
  const [first] = agents;
  if (!first) throw new Error('unreachable: three were asked for');
  const { id } = await first.muster.syncPoints.create({
    id: newId('release'),
    name: 'Release 1.4',
    description: 'All that has to be ready',
    participants: agents.map((agent) => agent.id),
    endWhen: 'everyone',
    deadlineSeconds: 600,
  });
  await first.muster.syncPoints.arrive(id, { data: { image: 'app:1.4' } });
  const person = await signedIn(`/sync-points/${id}`);
  await person.page.getByRole('heading', { level: 1, name: 'Release 1.4' }).waitFor();
  return { person, id, agents };
}

const row = ({ page }: Visitor, { id }: NewAgent) => page.getByRole('row').filter({ hasText: id });

test('shows who has come with what, and who fails while somebody looks', async () => {
  const { person, id, agents } = await atSyncPoint();
  const [first, second, third] = agents;
  if (!first || !second || !third) throw new Error('unreachable: there are three');
  await row(person, first).getByText('arrived').waitFor();
  await row(person, first).getByText('{"image":"app:1.4"}').waitFor();
  await row(person, second).getByText('pending').waitFor();
  await second.muster.syncPoints.fail(id, { reason: 'The compiler crashed' });
  await row(person, second).getByText('The compiler crashed').waitFor();
  await third.muster.syncPoints.arrive(id);
  await person.sees('failed', '.detail-head');
});

test('cancelling asks first, says what will happen, and takes a reason', async () => {
  const { person, id, agents } = await atSyncPoint();
  const { page } = person;
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2 missing participants').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  expect((await admin().syncPoints.get(id)).status).toBe('waiting');

  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await dialog.getByLabel('Reason').fill('The release is off');
  await dialog.getByRole('button', { name: 'Cancel it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await person.sees('cancelled', '.detail-head');
  await person.sees('The release is off', '.detail-head');
  await page.getByRole('button', { name: 'missing 2' }).waitFor();
  for (const agent of agents.slice(1)) await row(person, agent).getByText('missing').waitFor();
  const { status, endReason } = await admin().syncPoints.get(id);
  expect([status, endReason]).toEqual(['cancelled', 'The release is off']);
  expect(await page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
  expect(agents).toHaveLength(3);
});

test('what the service refuses shows in the dialog', async () => {
  const { person, id } = await atSyncPoint();
  person.expectProblems(/status of 409/);
  const { page } = person;
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  // Somebody else is faster.
  await page.route(`**/v1/sync-points/${id}?*`, () => undefined);
  await admin().syncPoints.cancel(id);
  await page.getByRole('dialog').getByRole('button', { name: 'Complete it' }).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
});

test('who is excused is not waited for any more, and a deadline can be moved away', async () => {
  const { person, agents } = await atSyncPoint();
  const [, second] = agents;
  if (!second) throw new Error('unreachable: there are three');
  const { page } = person;
  await page.getByRole('button', { name: `Excuse ${second.id}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Not needed today');
  await dialog.getByRole('button', { name: 'Excuse it' }).click();
  await row(person, second).getByText('excused').waitFor();
  await row(person, second).getByText('Not needed today').waitFor();

  await page.getByRole('button', { name: 'Move the deadline' }).click();
  await dialog.getByText(/^The deadline is .*\d/).waitFor();
  await dialog.getByLabel('No deadline').check();
  await dialog.getByRole('button', { name: 'Move it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await person.sees('no deadline', '.state');
});

test('an agent sees its own outcome, and no buttons that are not for it', async () => {
  const { id, agents } = await atSyncPoint();
  const [, second] = agents;
  if (!second) throw new Error('unreachable: there are three');
  const person = await signedIn(`/sync-points/${id}`, second.token);
  await person.sees('You are waited for.');
  expect(await person.page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
  await second.muster.syncPoints.arrive(id);
  await person.sees('You have arrived.');
});

test('who has nothing to do with it is told that there is none', async () => {
  const { id } = await atSyncPoint();
  const [stranger] = await newAgents('stranger');
  if (!stranger) throw new Error('unreachable: one was asked for');
  const person = await signedIn(`/sync-points/${id}`, stranger.token);
  person.expectProblems(/status of 404/);
  await person.sees(`There is no sync point “${id}”, or you have nothing to do with it.`);
});
