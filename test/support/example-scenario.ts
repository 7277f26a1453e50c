import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { deactivateAgent } from '../../lib/agents/agent-service';
import { acknowledge, readInbox } from '../../lib/messages/inbox-repository';
import { type InboxMessage, viewInboxMessage } from '../../lib/messages/message';
import { sendReminder } from '../../lib/messages/reminders';
import { sendMessage } from '../../lib/messages/send-message';
import { cancelTracker } from '../../lib/progress-trackers/cancel-tracker';
import { createTracker } from '../../lib/progress-trackers/create-tracker';
import { reportProgress } from '../../lib/progress-trackers/report-progress';
import { arrive } from '../../lib/sync-points/arrive';
import { createSyncPoint } from '../../lib/sync-points/create-sync-point';
import { endSyncPoint, moveDeadline } from '../../lib/sync-points/end-sync-point';
import { readSyncPoint } from '../../lib/sync-points/read-sync-point';
import { inScope } from '../../lib/tracing/scope';
import { parseTraceparent } from '../../lib/tracing/trace-context';
import { putAgentForTest } from './agents';
import { sendThroughTheRealPublishers } from './real-publishers';
import { admin, agent, createWorld, type World } from './world';

/** What a scenario with every type of event and message put onto the bus, onto the topic and into the inboxes. */
export interface ExampleScenario {
  readonly entries: readonly PutEventsRequestEntry[];
  readonly publishes: readonly PublishCommandInput[];
  /** As `GET /v1/inbox` shows them at the end. */
  readonly inboxOf: Readonly<
    Record<'orchestrator' | 'builder' | 'tester', readonly ReturnType<typeof viewInboxMessage>[]>
  >;
}

/** Ids are the caller's or derived and the clock is fixed, so it gives the same each time. */
export async function runExampleScenario(): Promise<ExampleScenario> {
  const world = await createWorld();
  const { table, clock } = world;
  const now = clock.now;
  const sent = sendThroughTheRealPublishers(world);
  const trace = parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
  const step = async <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
    clock.advance(1_000);
    const answer = await inScope({ trace, fields: {} }, act);
    await world.dispatchAll();
    return answer;
  };
  const orchestrator = agent('orchestrator');
  const participants = ['builder', 'tester'];
  const syncPoint = (id: string, name: string, given: { deadline?: string; description?: string } = {}) =>
    step(() => createSyncPoint(table, now, orchestrator, { id, name, participants, ...given }, undefined));
  const tracker = (id: string, name: string) =>
    step(() => createTracker(table, now, orchestrator, { id, name, totalSteps: 10, participants }, undefined));
  const report = (agentId: string, id: string, input: { step: number; data?: unknown }) =>
    step(() => reportProgress(table, now, new Map(), agent(agentId), id, input));

  for (const [id, name] of [
    ['orchestrator', 'Orchestrator'],
    ['builder', 'Builder'],
    ['tester', 'Tester'],
  ] as const) {
    await step(() => putAgentForTest(world, id, name));
  }

  await syncPoint('release-1.4', 'Release 1.4', { description: 'Image built and tests green' });
  const [creation] = (await readInbox(table, 'builder', { unacknowledged: true })).items;
  await step(() => acknowledge(table, now, 'builder', creation?.id ?? ''));
  await step(() => arrive(table, now, new Map(), agent('builder'), 'release-1.4', { image: 'app:1.4' }));
  await step(() => arrive(table, now, new Map(), agent('tester'), 'release-1.4', undefined));

  await syncPoint('nightly', 'Nightly run');
  await step(() => endSyncPoint(table, now, orchestrator, 'nightly', 'cancelled', 'no changes since yesterday'));

  await syncPoint('review', 'Review', { deadline: '2026-03-01T12:05:00.000Z' });
  await step(() => arrive(table, now, new Map(), agent('tester'), 'review', undefined));
  await step(() => moveDeadline(table, now, orchestrator, 'review', '2026-03-01T12:10:00.000Z'));
  clock.nowMs = Date.parse('2026-03-01T12:10:00.000Z');
  await readSyncPoint(table, now, orchestrator, 'review');
  await world.dispatchAll();

  await tracker('migration-42', 'Migration 42');
  await report('builder', 'migration-42', { step: 4, data: { tables: 12 } });
  await report('orchestrator', 'migration-42', { step: 5 });
  await report('orchestrator', 'migration-42', { step: 10 });
  await tracker('cleanup', 'Clean-up');
  await step(() => cancelTracker(table, now, orchestrator, 'cleanup', 'not needed any more'));

  await step(() => deactivateAgent(table, now, admin, 'tester'));
  await askForReview(world, step);

  const inbox = async (agentId: string) => {
    const { items } = await readInbox(table, agentId, { unacknowledged: false, limit: 100 });
    return items.map((message: InboxMessage) => viewInboxMessage(message));
  };
  return {
    ...sent,
    inboxOf: {
      orchestrator: await inbox('orchestrator'),
      builder: await inbox('builder'),
      tester: await inbox('tester'),
    },
  };
}

/** A message that one recipient acknowledges and the other never does, until its sender is told. */
async function askForReview(world: World, step: <Answer>(act: () => Promise<Answer>) => Promise<Answer>) {
  const { table, clock } = world;
  const message = {
    recipients: ['builder', 'reviewer'],
    content: { type: 'REVIEW_REQUESTED', pullRequest: 118 },
    priority: 'HIGH',
    requiresAcknowledgment: true,
  } as const;
  const { id } = await step(() => sendMessage(table, clock.now, agent('orchestrator'), message, 'review-of-118', 30));
  await step(() => acknowledge(table, clock.now, 'reviewer', id));
  for (;;) {
    const due = world.reminders.findLast(({ payload }) => payload.messageId === id);
    if (!due) throw new Error('a message that requires acknowledgement has a reminder');
    clock.nowMs = due.atMs;
    if ((await sendReminder(world.dispatcher, due.payload)) === 'sender-told') return;
  }
}
