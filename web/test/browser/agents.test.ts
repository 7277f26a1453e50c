/** The pages about agents, and the stream of what happens. */
import { expect, test } from '@jest/globals';
import { admin, as, newAgents, newId } from './stack';
import { visits } from './visitor';

const { signedIn } = visits();

test('registering shows the token once, and the token signs in', async () => {
  const id = newId('newcomer');
  const person = await signedIn('/agents');
  const { page } = person;
  await page.getByRole('button', { name: 'Register an agent' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Id/).fill(id);
  await dialog.getByLabel(/^Name/).fill('Newcomer');
  await dialog.getByRole('button', { name: 'Register' }).click();
  const token = await dialog.getByLabel(`Token of ${id}`).inputValue();
  await dialog.getByText("it can't be shown again").waitFor();
  expect((await as(token).whoAmI()).id).toBe(id);

  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByLabel('Search by id or name').fill(id);
  await page.getByRole('row').filter({ hasText: id }).getByText('Newcomer', { exact: true }).waitFor();
  await page.goto(`${page.url().split('/agents')[0] ?? ''}/agents/${id}`);
  await page.getByRole('heading', { level: 1, name: id }).waitFor();
  await page.getByRole('heading', { name: 'Tokens' }).waitFor();
  expect(await page.content()).not.toContain(token);
});

test('what the registration refuses shows in the dialog, which keeps what was typed', async () => {
  const [taken] = await newAgents('taken');
  if (!taken) throw new Error('unreachable: one was asked for');
  const person = await signedIn('/agents');
  person.expectProblems(/status of 409/);
  await person.page.getByRole('button', { name: 'Register an agent' }).click();
  const dialog = person.page.getByRole('dialog');
  await dialog.getByLabel(/^Id/).fill(taken.id);
  await dialog.getByLabel(/^Name/).fill('Somebody else');
  await dialog.getByRole('button', { name: 'Register' }).click();
  await dialog.getByRole('alert').waitFor();
  expect(await dialog.getByLabel(/^Name/).inputValue()).toBe('Somebody else');
});

test('deactivating asks first, and reactivating shows a new token', async () => {
  const [agent] = await newAgents('leaver');
  if (!agent) throw new Error('unreachable: one was asked for');
  const { page } = await signedIn(`/agents?q=${agent.id}`);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: `Deactivate ${agent.id}` }).click();
  await dialog.getByRole('button', { name: 'Deactivate' }).click();
  await page.getByRole('button', { name: `Reactivate ${agent.id}` }).click();
  expect((await admin().agents.get(agent.id)).active).toBe(false);
  await dialog.getByRole('button', { name: 'Reactivate' }).click();
  const token = await dialog.getByLabel(`Token of ${agent.id}`).inputValue();
  expect((await as(token).whoAmI()).id).toBe(agent.id);
});

test('an agent has its inbox on its own page, and acknowledges there; admins are told that they can not', async () => {
  const [asker, answerer] = await newAgents('asker', 'answerer');
  if (!asker || !answerer) throw new Error('unreachable: two were asked for');
  const person = await signedIn(`/agents/${answerer.id}`, answerer.token);
  const { page } = person;
  await person.sees('Nothing to deal with.');
  const { id } = await asker.muster.messages.send({
    recipients: [answerer.id],
    content: { type: 'PLEASE_REVIEW', text: 'Is <b>this</b> good?' },
    requiresAcknowledgment: true,
  });
  await person.sees('Is <b>this</b> good?');
  await page.getByRole('button', { name: 'Acknowledge PLEASE_REVIEW with data' }).click();
  await page.getByRole('dialog').getByLabel(/^Data/).fill('{"approved": true}');
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
  await person.sees('Nothing to deal with.');
  const { recipients } = await asker.muster.messages.get(id);
  expect(recipients.map(({ data }) => data)).toEqual([{ approved: true }]);

  const operator = await signedIn(`/agents/${answerer.id}`);
  await operator.sees('Only the agent itself can read its inbox');
});

test.each([
  ['/agents', 'The list of agents is for admins.'],
  ['/activity', 'The log of all events is for admins.'],
])('%s tells an agent that it is for admins', async (path, notice) => {
  const [agent] = await newAgents('curious');
  if (!agent) throw new Error('unreachable: one was asked for');
  const person = await signedIn(path, agent.token);
  await person.sees(notice);
  expect(person.requests.filter((request) => request.includes('/v1/events'))).toEqual([]);
});

test('the activity streams what happens, can be searched, and stands still when paused', async () => {
  const [one, two] = await newAgents('doer', 'other');
  if (!one || !two) throw new Error('unreachable: two were asked for');
  const id = newId('stream');
  const person = await signedIn(`/activity?q=${id}`);
  const { page } = person;
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
  await one.muster.syncPoints.create({ id, name: 'Streamed', participants: [one.id, two.id] });
  await person.sees(`${one.id} created ${id}`, '.stream');
  await page.getByRole('button', { name: 'Pause' }).click();
  await two.muster.syncPoints.arrive(id);
  await page.getByRole('button', { name: /^Go on: [1-9]/ }).waitFor();
  expect(await page.getByText(`${two.id} arrived at ${id}`).count()).toBe(0);
  await page.getByRole('button', { name: /^Go on/ }).click();
  await person.sees(`${two.id} arrived at ${id}`, '.stream');
});
