/** The pages about agents, and the stream of what happens. */
import { expect, test } from '@jest/globals';
import { admin, adminToken, as, atTheApi, newAgents, newId } from './stack';
import { visits } from './visitor';

const { signedIn, visitor } = visits();

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

test('the page of an agent that is not registered asks for it once, and shows it as soon as it is', async () => {
  const id = newId('expected');
  const person = await visitor();
  person.expectProblems(/status of 404/);
  const { page } = person;
  await page.clock.install();
  await person.open(`/agents/${id}`, adminToken());
  await person.sees('No agent with this id is registered.');
  for (let round = 0; round < 3; round += 1) {
    // The log is asked for at least as often as an agent that is there.
    await Promise.all([page.waitForRequest(/\/v1\/events\?/), page.clock.fastForward(6_000)]);
  }
  expect(person.requests.filter((request) => request === `GET /v1/agents/${id}`)).toHaveLength(1);
  await admin().agents.register({ id, name: 'Expected' });
  await page.getByRole('heading', { name: 'Tokens' }).waitFor();
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

test('a token that is shown once stays, whatever else fails, until somebody is done with it', async () => {
  const [agent] = await newAgents('careful');
  if (!agent) throw new Error('unreachable: one was asked for');
  const person = await signedIn('/agents');
  person.expectProblems(/status of 503/);
  const { page } = person;
  await page.getByLabel('Search by id or name').fill(agent.id);
  await page.getByRole('link', { name: agent.id }).click();
  await page.getByRole('button', { name: 'Create a token' }).click();
  await page.route(`**/v1/agents/${agent.id}`, (route) => route.fulfill({ status: 503, body: '{}' }));
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create a token' }).click();
  const token = await dialog.getByLabel(`Token of ${agent.id}`).inputValue();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.goBack();
  expect(await dialog.getByLabel(`Token of ${agent.id}`).inputValue()).toBe(token);
  expect((await as(token).whoAmI()).id).toBe(agent.id);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'hidden' });
});

test('each view has its name as the title of the tab, and gets the focus when it is gone to', async () => {
  const [agent] = await newAgents('titled');
  if (!agent) throw new Error('unreachable: one was asked for');
  const { page } = await signedIn();
  const inMain = () => page.evaluate(() => document.activeElement?.id);
  await page.waitForFunction(() => document.title === 'Overview · Muster');
  await page.getByRole('link', { name: 'Agents', exact: true }).first().click();
  await page.waitForFunction(() => document.title === 'Agents · Muster');
  expect(await inMain()).toBe('main');
  await page.getByLabel('Search by id or name').fill(agent.id);
  await page.getByRole('link', { name: agent.id }).click();
  await page.waitForFunction((id) => document.title === `${id} · Muster`, agent.id);
  expect(await inMain()).toBe('main');
});

test('an event of a type that this page does not know shows as that type', async () => {
  const [agent] = await newAgents('pioneer');
  if (!agent) throw new Error('unreachable: one was asked for');
  const person = await visitor();
  const { page } = person;
  await page.route('**/v1/events?*', async (route) => {
    const response = await route.fetch({ url: atTheApi(route.request().url()) });
    const body = await response.text();
    await route.fulfill({ response, body: body.replaceAll('"AGENT_REGISTERED"', '"AGENT_PROMOTED"') });
  });
  await person.open(`/activity?q=${agent.id}`, adminToken());
  await person.sees('AGENT_PROMOTED', '.stream');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
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
  await person.sees('About you');
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

test('what an agent did earlier than the latest events is looked for, and a reading of it under way shows', async () => {
  const [agent] = await newAgents('quiet');
  if (!agent) throw new Error('unreachable: one was asked for');
  const person = await visitor();
  const { page } = person;
  let held: Promise<void> = Promise.resolve();
  await page.route(/\/v1\/events\?/, async (route) => {
    const isOfAgent = /[?&](?:agentId|relatedId)=/.test(route.request().url());
    if (!isOfAgent) return route.fulfill({ json: { items: [], nextCursor: null } });
    await held;
    return route.continue();
  });
  await person.open(`/activity?show=agents&agent=${agent.id}`, adminToken());
  await person.sees('was registered', '.stream');

  let go = (): void => undefined;
  held = new Promise((resolve) => (go = resolve));
  await person.open(`/agents/${agent.id}`);
  await person.sees('Reading its events', 'aside');
  expect(await page.getByRole('button', { name: 'Show earlier ones' }).count()).toBe(0);
  go();
  await person.sees('was registered', 'aside');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
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
