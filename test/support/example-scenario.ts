import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { checkIn } from '../../lib/agents/check-in';
import { deactivateAgent } from '../../lib/agents/manage';
import { reactivateAgent } from '../../lib/agents/tokens';
import { acknowledge } from '../../lib/messages/acknowledge';
import { readInbox } from '../../lib/messages/inbox';
import { type InboxMessage, viewInboxMessage } from '../../lib/messages/message';
import { sendNotice } from '../../lib/dispatcher/notices';
import { sendReminder } from '../../lib/dispatcher/reminders';
import type { SendMessage } from '../../lib/messages/routes';
import { sendMessage } from '../../lib/messages/send';
import { inScope } from '../../lib/common/scope';
import { parseTraceparent } from '../../lib/common/trace';
import { moveTerms } from '../../lib/rosters/end';
import type { NoticePayload } from '../../lib/schedules/payloads';
import { putAgentForTest } from './agents';
import { sendThroughTheRealPublishers } from './real-publishers';
import { admin, agent, createWorld, type World } from './world';
import {
  messageService,
  arrive,
  createSyncPoint,
  createTracker,
  endSyncPoint,
  endTracker,
  excuseFrom,
  failAt,
  failTracker,
  moveDeadline,
  readSyncPoint,
  readTracker,
  reportProgress,
  trackerService,
} from './operations';

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
  const notice = async (atMs: number, payload: NoticePayload): Promise<void> => {
    clock.nowMs = atMs;
    await inScope({ trace, fields: {} }, () => sendNotice(world.dispatcher, payload));
    await world.dispatchAll();
  };
  type Given = { deadline?: string; description?: string; warnSeconds?: number };
  const syncPoint = (id: string, name: string, given: Given = {}) =>
    step(() => createSyncPoint({ table, now }, orchestrator, { id, name, participants, ...given }, undefined));
  const tracker = (id: string, name: string, given: Given & { stallSeconds?: number } = {}) =>
    step(() => createTracker({ table, now }, orchestrator, { id, name, totalSteps: 10, participants, ...given }));
  const report = (agentId: string, id: string, input: { step: number; data?: unknown }) =>
    step(() => reportProgress({ table, now, rosters: new Map() }, agent(agentId), id, input));

  for (const [id, name] of [
    ['orchestrator', 'Orchestrator'],
    ['builder', 'Builder'],
    ['tester', 'Tester'],
  ] as const) {
    await step(() => putAgentForTest(world, id, name));
  }

  await syncPoint('release-1.4', 'Release 1.4', { description: 'Image built and tests green' });
  const [creation] = (await readInbox({ table, now }, 'builder', { unacknowledged: true })).items;
  await step(() => acknowledge({ table, now }, 'builder', creation?.id ?? '', undefined));
  await step(() => arrive({ table, now, rosters: new Map() }, agent('builder'), 'release-1.4', { image: 'app:1.4' }));
  await step(() => arrive({ table, now, rosters: new Map() }, agent('tester'), 'release-1.4', undefined));

  await syncPoint('nightly', 'Nightly run');
  await step(() =>
    endSyncPoint({ table, now }, orchestrator, 'nightly', { as: 'cancelled', reason: 'no changes since yesterday' }),
  );

  await syncPoint('smoke-test', 'Smoke test');
  await step(() => excuseFrom({ table, now }, orchestrator, 'smoke-test', 'tester', 'no device is free'));
  await step(() => failAt({ table, now }, agent('builder'), 'smoke-test', { reason: 'the disk is full' }));

  await syncPoint('review', 'Review', { deadline: '2026-03-01T12:05:00.000Z', warnSeconds: 60 });
  await step(() => arrive({ table, now, rosters: new Map() }, agent('tester'), 'review', undefined));
  await step(() => moveDeadline({ table, now }, orchestrator, 'review', { deadline: '2026-03-01T12:10:00.000Z' }));
  const reviewEndsMs = Date.parse('2026-03-01T12:10:00.000Z');
  await notice(reviewEndsMs - 60_000, { kind: 'WARNING', roster: 'SP', id: 'review', deadlineMs: reviewEndsMs });
  clock.nowMs = reviewEndsMs;
  await readSyncPoint({ table, now }, orchestrator, 'review');
  await world.dispatchAll();

  await tracker('migration-42', 'Migration 42');
  await report('builder', 'migration-42', { step: 4, data: { tables: 12 } });
  await report('orchestrator', 'migration-42', { step: 5 });
  await report('orchestrator', 'migration-42', { step: 10 });
  await tracker('cleanup', 'Clean-up');
  await step(() =>
    endTracker({ table, now }, orchestrator, 'cleanup', { as: 'cancelled', reason: 'not needed any more' }),
  );

  await tracker('reindex', 'Reindexing');
  await step(() =>
    endTracker({ table, now }, orchestrator, 'reindex', { as: 'failed', reason: 'the index is locked' }),
  );

  await tracker('import', 'Import', { deadline: '2026-03-01T12:15:00.000Z', warnSeconds: 60, stallSeconds: 120 });
  await report('builder', 'import', { step: 4 });
  await notice(clock.nowMs + 120_000, { kind: 'STALL', id: 'import' });
  await report('builder', 'import', { step: 6 });
  await step(() => failTracker({ table, now }, agent('tester'), 'import', { reason: 'the source is offline' }));
  const importEndsMs = Date.parse('2026-03-01T12:20:00.000Z');
  await step(() =>
    moveTerms(trackerService({ table, now }), orchestrator, 'import', () => ({
      deadlineMs: importEndsMs,
      totalSteps: 12,
    })),
  );
  await notice(importEndsMs - 60_000, { kind: 'WARNING', roster: 'PT', id: 'import', deadlineMs: importEndsMs });
  clock.nowMs = importEndsMs;
  await readTracker({ table, now }, orchestrator, 'import');
  await world.dispatchAll();

  await step(() => deactivateAgent({ table, now }, admin, 'tester'));
  await askForReview(world, step);

  await step(() =>
    reactivateAgent({ table, now }, admin, 'tester', { key: undefined, callersToken: 'the-admins-token' }),
  );
  await syncPoint('deploy', 'Deploy');
  const { sinceMs, untilMs } = await step(() => checkIn({ table, now }, 'builder', 60));
  await notice(untilMs, { kind: 'PRESENCE', agentId: 'builder', sinceMs });
  await step(() => checkIn({ table, now }, 'builder', 60));

  const inbox = async (agentId: string) => {
    const { items } = await readInbox({ table, now }, agentId, { unacknowledged: false, limit: 100 });
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
  const message: SendMessage = {
    recipients: ['builder', 'reviewer'],
    content: { type: 'REVIEW_REQUESTED', pullRequest: 118 },
    priority: 'HIGH',
    requiresAcknowledgment: true,
  };
  const { id } = await step(() => sendMessage(messageService(world), agent('orchestrator'), message, 'review-of-118'));
  await step(() => acknowledge({ table, now: clock.now }, 'reviewer', id, { approved: true }));
  for (;;) {
    const due = world.reminders.findLast(({ payload }) => payload.messageId === id);
    if (!due) throw new Error('a message that requires acknowledgement has a reminder');
    clock.nowMs = due.atMs;
    if ((await sendReminder(world.dispatcher, due.payload)) === 'sender-told') return;
  }
}
