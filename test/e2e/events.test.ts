import { beforeAll, expect, test } from '@jest/globals';
import {
  admin,
  agents,
  type Answer,
  type EventView,
  eventsUpTo,
  expectProblem,
  type HttpClient,
  type ListPage,
  nobody,
  pollUntil,
  TIME,
  UUID,
} from '../support/http-client';

let creator: HttpClient;
let one: HttpClient;
let two: HttpClient;
/** Before anything of this file happened; the feed of a stack that others use too is read from here. */
let since: string;

beforeAll(async () => {
  since = new Date(Date.now() - 1_000).toISOString();
  [creator, one, two] = await agents(['creator', 'one', 'two']);
});

const feed = async (query: string): Promise<EventView[]> => await admin().all<EventView>(`/v1/events?${query}`);

const upTo = (query: string, count: number): Promise<EventView[]> =>
  pollUntil(
    () => feed(query),
    ({ length }) => length >= count,
  );

const summary = (events: readonly EventView[]): string[] => events.map(({ type, agentId }) => `${type} ${agentId}`);

async function endedPoint(): Promise<{ id: string }> {
  const created = await creator.post<{ id: string }>('/v1/sync-points', {
    name: 'fed',
    participants: [one.id, two.id],
  });
  for (const client of [one, two]) await client.post(`/v1/sync-points/${created.body.id}/arrivals`, {});
  return created.body;
}

test('shows an admin every change, oldest or newest first, as the log of the sync point does', async () => {
  const { id } = await endedPoint();
  const log = await eventsUpTo(creator, `/v1/sync-points/${id}`, 'SYNC_POINT_COMPLETED');
  const events = await upTo(`since=${since}&relatedId=${id}`, log.length);
  expect(events).toEqual(log);
  expect(events[0]).toEqual({
    id: expect.stringMatching(UUID),
    type: 'SYNC_POINT_CREATED',
    relatedId: id,
    agentId: creator.id,
    timestamp: expect.stringMatching(TIME),
    details: expect.any(Object),
  });
  expect(summary(events)).toEqual([
    `SYNC_POINT_CREATED ${creator.id}`,
    `AGENT_ARRIVED ${one.id}`,
    `AGENT_ARRIVED ${two.id}`,
    expect.stringMatching('SYNC_POINT_COMPLETED'),
  ]);
  expect(await feed(`since=${since}&relatedId=${id}&order=newest`)).toEqual([...events].reverse());
});

test('filters by type, by agent, by time, and by all of them', async () => {
  const { id } = await endedPoint();
  const tracker = await creator.post<{ id: string }>('/v1/progress-trackers', { name: 'fed too', totalSteps: 1 });
  await creator.post(`/v1/progress-trackers/${tracker.body.id}/progress`, { step: 1 });
  await upTo(`since=${since}&relatedId=${id}`, 4);
  await upTo(`since=${since}&relatedId=${tracker.body.id}&type=PROGRESS_TRACKER_COMPLETED`, 1);

  const arrivals = await feed(`since=${since}&relatedId=${id}&type=AGENT_ARRIVED`);
  expect(arrivals.map(({ agentId }) => agentId)).toEqual([one.id, two.id]);
  const endings = await feed(`since=${since}&relatedId=${id}&type=SYNC_POINT_COMPLETED&type=SYNC_POINT_FAILED`);
  expect(endings.map(({ type }) => type)).toEqual(['SYNC_POINT_COMPLETED']);
  const ofOne = await feed(`since=${since}&agentId=${one.id}`);
  expect(new Set(ofOne.map(({ agentId }) => agentId))).toEqual(new Set([one.id]));
  expect(ofOne.some(({ relatedId }) => relatedId === id)).toBe(true);
  expect(await feed(`since=${since}&agentId=${one.id}&relatedId=${id}&type=AGENT_ARRIVED`)).toEqual([arrivals[0]]);
  const later = arrivals[1]?.timestamp ?? '';
  const fromThen = await feed(`since=${encodeURIComponent(later)}&relatedId=${id}`);
  expect(fromThen.map(({ timestamp }) => timestamp >= later)).not.toContain(false);
  expect(fromThen.map(({ type }) => type)).toContain('SYNC_POINT_COMPLETED');
  const registered = await feed(`since=${since}&type=AGENT_REGISTERED&relatedId=${one.id}`);
  expect(registered).toHaveLength(1);
  const future = new Date(Date.now() + 3_600_000).toISOString();
  expect(await feed(`since=${future}`)).toEqual([]);
});

test('pages of one event lead through all of them once', async () => {
  const { id } = await endedPoint();
  const all = await upTo(`since=${since}&relatedId=${id}`, 4);
  expect(await admin().all<EventView>(`/v1/events?since=${since}&relatedId=${id}`, 1)).toEqual(all);
  expect(await admin().all<EventView>(`/v1/events?since=${since}&relatedId=${id}&order=newest`, 1)).toEqual(
    [...all].reverse(),
  );
});

test('the log of one sync point can be read newest first, a page at a time', async () => {
  const { id } = await endedPoint();
  const path = `/v1/sync-points/${id}/events`;
  const all = await eventsUpTo(one, `/v1/sync-points/${id}`, 'SYNC_POINT_COMPLETED');
  expect(await one.all<EventView>(`${path}?order=newest`, 1)).toEqual([...all].reverse());
  expect(await one.all<EventView>(`${path}?order=oldest`, 3)).toEqual(all);
  const { body } = await one.get<{ nextCursor: string }>(`${path}?order=newest&limit=1`);
  expectProblem(await one.get(`${path}?cursor=${body.nextCursor}`), 422, 'request.invalid', '#/cursor');
  expectProblem(await one.get(`${path}?order=last`), 422, 'request.invalid', '#/order');
});

test('is for admins only', async () => {
  expectProblem(await one.get('/v1/events'), 403, 'auth.forbidden');
  expect((await nobody().get('/v1/events')).status).toBe(401);
});

test.each([
  ['?type=ARRIVED', '#/type'],
  ['?type=AGENT_ARRIVED&type=ARRIVED', '#/type/1'],
  ['?order=oldest&order=newest', '#/order'],
  ['?relatedId=a%20b', '#/relatedId'],
  ['?since=yesterday', '#/since'],
  ['?order=random', '#/order'],
  ['?limit=0', '#/limit'],
  ['?cursor=x', '#/cursor'],
  ['?until=2026-01-01T00:00:00Z', '#/until'],
])('%s is refused', async (query, pointer) => {
  const answer: Answer<ListPage<EventView>> = await admin().get(`/v1/events${query}`);
  expectProblem(answer, 422, 'request.invalid', pointer);
});
