/** A laptop stack of its own, whose reminders come after a second instead of an hour. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { HttpClient, type InboxItem, pollUntil, register } from '../support/http-client';
import { type RunningMuster, runMuster } from '../support/start-muster';

let muster: RunningMuster;
let operator: HttpClient;

beforeAll(async () => {
  muster = await runMuster({
    environment: { MUSTER_STAGE_SETTINGS: 'reminderIntervalSeconds=1 reminderLimit=2' },
  });
  operator = new HttpClient(muster.url, 'muster:operator', muster.adminToken);
});

afterAll(async () => {
  await muster.stop();
  rmSync(muster.dataDirectory, { recursive: true });
});

const content = { type: 'REVIEW_REQUESTED' };

test('who has not acknowledged is reminded up to the limit, then the sender is told who never did', async () => {
  const [sender, prompt, silent] = await Promise.all(
    ['sender', 'prompt', 'silent'].map((id) => register(operator, id, id)),
  );
  if (!sender || !prompt || !silent) throw new Error('not registered');
  const body = { recipients: [prompt.id, silent.id], content, requiresAcknowledgment: true };
  const { id } = (await sender.post<{ id: string }>('/v1/messages', body)).body;
  await pollUntil(
    () => prompt.post(`/v1/inbox/${id}/ack`),
    ({ status }) => status === 200,
  );

  const [told] = await pollUntil(
    () => sender.all<InboxItem>('/v1/inbox'),
    ({ length }) => length > 0,
  );
  expect(told?.content).toEqual({
    type: 'ACKNOWLEDGEMENT_MISSING',
    messageId: id,
    messageType: 'REVIEW_REQUESTED',
    recipients: ['silent'],
    recipientCount: 1,
  });
  expect((await silent.all<InboxItem>('/v1/inbox')).map((item) => [item.id, item.reminder])).toEqual([[id, 2]]);
  expect((await prompt.all<InboxItem>('/v1/inbox')).map((item) => [item.id, item.reminder])).toEqual([[id, undefined]]);
});

test('the creation of a sync point is reminded of, and no more once it has ended', async () => {
  const [creator, absent, other] = await Promise.all(
    ['creator', 'absent', 'other'].map((id) => register(operator, id, id)),
  );
  if (!creator || !absent || !other) throw new Error('not registered');
  const created = await creator.post<{ id: string }>('/v1/sync-points', {
    name: 'meeting',
    participants: [absent.id, other.id],
  });
  const reminded = await pollUntil(
    () => absent.all<InboxItem>('/v1/inbox'),
    (items) => items.some((item) => item.reminder !== undefined),
  );
  expect(reminded.map((item) => item.content.type)).toEqual(['SYNC_POINT_NOTIFICATION']);
  await creator.post(`/v1/sync-points/${created.body.id}/cancel`, {});
  const after = await pollUntil(
    () => absent.all<InboxItem>('/v1/inbox'),
    (items) => items.length === 2,
  );
  expect(after.map((item) => item.content.type)).toEqual(['SYNC_POINT_NOTIFICATION', 'SYNC_POINT_CANCELLED']);
});

test('a near deadline and a stalled tracker are told by schedules of their own', async () => {
  const [creator, worker] = await Promise.all(['boss', 'worker'].map((id) => register(operator, id, id)));
  if (!creator || !worker) throw new Error('not registered');
  const { body: tracker } = await creator.post<{ id: string }>('/v1/progress-trackers', {
    name: 'import',
    totalSteps: 10,
    participants: [worker.id],
    stallSeconds: 1,
    deadlineSeconds: 3_600,
    warnSeconds: 3_599,
  });
  const told = await pollUntil(
    () => creator.all<InboxItem>('/v1/inbox'),
    ({ length }) => length > 1,
  );
  expect(told.map(({ content: { type } }) => type).sort()).toEqual([
    'PROGRESS_STALLED',
    'PROGRESS_TRACKER_DEADLINE_NEAR',
  ]);

  await worker.post(`/v1/progress-trackers/${tracker.id}/progress`, { step: 1 });
  const events = await pollUntil(
    () => creator.all<{ type: string }>(`/v1/progress-trackers/${tracker.id}/events`),
    (all) => all.some(({ type }) => type === 'PROGRESS_RESUMED'),
  );
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['PROGRESS_STALLED', 'PROGRESS_UPDATED']));
});
