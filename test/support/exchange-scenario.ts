/** A story in which every operation of the API is called, and refused where a refusal is worth an example. */
import { MAX_REQUEST_BYTES } from '../../lib/common/limits';
import type { Exchange } from '../../lib/http/openapi-examples';
import { startInProcessStack } from './in-process-stack';
import { ERROR, ExchangeRecorder } from './record-exchanges';

interface Registered {
  readonly token: string;
}

interface Story {
  readonly call: ExchangeRecorder['call'];
  readonly admin: string;
  readonly orchestrator: string;
  readonly builder: string;
  readonly tester: string;
  readonly reviewer: string;
}

export async function recordExchanges(): Promise<readonly Exchange[]> {
  let atMs = Date.parse('2026-03-01T12:00:00.000Z');
  const stack = await startInProcessStack(() => atMs);
  const recorder = new ExchangeRecorder(stack.url, async () => {
    // What follows from the request before has its time.
    await stack.clock.turnTo(0);
    atMs += 1_000;
  });
  try {
    const call = recorder.call.bind(recorder);
    const story = await agents(call, stack.adminToken);
    await syncPoints(story);
    await trackers(story);
    await messages(story);
    await restOfTheService(story);
    await goodbye(story);
    await unreadable(story);
    return recorder.exchanges;
  } finally {
    await stack.stop();
  }
}

const SHOWN = { shows: 'Example' } as const;
const REFUSED = { shows: ERROR } as const;

async function agents(call: Story['call'], admin: string): Promise<Story> {
  const register = async (id: string, name: string): Promise<string> =>
    (await call<Registered>(admin, 'registerAgent', { body: { id, name } })).token;
  const orchestrator = await register('orchestrator', 'Orchestrator');
  const { token: builder } = await call<Registered>(admin, 'registerAgent', {
    ...SHOWN,
    body: { id: 'builder', name: 'Builder', metadata: { team: 'release' } },
  });
  const story = { call, admin, orchestrator, builder };
  const tester = await register('tester', 'Tester');
  const reviewer = await register('reviewer', 'Reviewer');
  await call(admin, 'registerAgent', { ...REFUSED, body: { id: 'builder', name: 'Another builder' } });
  await call(admin, 'registerAgent', { ...REFUSED, body: { id: 'system', name: 'System' } });
  await call(builder, 'registerAgent', { ...REFUSED, body: { name: 'My helper' } });

  await call(builder, 'checkIn', { ...SHOWN, body: { ttlSeconds: 60 } });
  await call(builder, 'checkIn', { ...REFUSED, body: { ttlSeconds: 5 } });
  await call(orchestrator, 'listAgents', { ...SHOWN, query: { limit: '2' } });
  await call(orchestrator, 'getAgent', { shows: 'Another agent', params: { agentId: 'builder' } });
  await call(builder, 'getAgent', { shows: 'The caller itself', params: { agentId: 'builder' } });
  await call(builder, 'getAgent', { ...REFUSED, params: { agentId: 'bulider' } });
  await call(builder, 'updateAgent', {
    ...SHOWN,
    params: { agentId: 'builder' },
    body: { name: 'Builder of releases', metadata: { team: 'release', region: 'eu-central-1' } },
  });
  await call(builder, 'updateAgent', { ...REFUSED, params: { agentId: 'tester' }, body: { name: 'Mine' } });
  await call(builder, 'whoAmI', SHOWN);
  await call('muster_revoked-long-ago', 'whoAmI', REFUSED);

  const made = await call<{ tokenId: string }>(builder, 'createToken', {
    ...SHOWN,
    params: { agentId: 'builder' },
    headers: { 'idempotency-key': 'rotation-of-march' },
  });
  const ofToken = { params: { agentId: 'builder', tokenId: made.tokenId } };
  await call(builder, 'revokeToken', { ...SHOWN, ...ofToken });
  await call(builder, 'revokeToken', { ...REFUSED, ...ofToken });
  await call(builder, 'createToken', {
    ...REFUSED,
    params: { agentId: 'builder' },
    headers: { 'idempotency-key': 'rotation-of-march' },
  });
  return { ...story, tester, reviewer };
}

async function syncPoints({ call, orchestrator, builder, tester }: Story): Promise<void> {
  const release = { params: { id: 'release-1.4' } };
  const newRelease = {
    ...{ id: 'release-1.4', name: 'Release 1.4', description: 'Image built and tests green' },
    ...{ participants: ['builder', 'tester'], deadlineSeconds: 3_600, warnSeconds: 300 },
  };
  await call(orchestrator, 'createSyncPoint', { shows: 'Two agents, with a deadline', body: newRelease });
  await call(orchestrator, 'createSyncPoint', { shows: 'Sent again', body: newRelease });
  await call(orchestrator, 'createSyncPoint', { ...REFUSED, body: { ...newRelease, name: 'Release 1.5' } });
  await call(orchestrator, 'createSyncPoint', {
    ...REFUSED,
    body: { name: 'Release 1.5', participants: ['builder', 'builder'], deadlnie: '2026-03-02T12:00:00Z' },
  });
  const approval = await call<{ id: string }>(orchestrator, 'createSyncPoint', {
    shows: 'Two of three, one not registered yet',
    headers: { 'idempotency-key': '6f1c1f0e-8d43-4b2f-9f0a-2f9f3c0f7a11' },
    body: { name: 'Approval of 1.4', participants: ['builder', 'tester', 'auditor'], quorum: 2, endWhen: 'decided' },
  });
  await call(tester, 'getSyncPoint', { ...SHOWN, ...release, query: { wait: '20', version: '0' } });
  await call(tester, 'getSyncPoint', { ...REFUSED, params: { id: 'release-1.3' } });
  await call(orchestrator, 'moveSyncPointDeadline', { ...SHOWN, ...release, body: { deadlineSeconds: 7_200 } });
  await call(tester, 'moveSyncPointDeadline', { ...REFUSED, ...release, body: { deadline: null } });

  const arrival = { ...release, body: { data: { image: 'app:1.4' } } };
  await call(builder, 'arriveAtSyncPoint', { shows: 'Arrive with data', ...arrival });
  await call(builder, 'arriveAtSyncPoint', { shows: 'A repeat', ...arrival });
  await call(builder, 'arriveAtSyncPoint', { ...REFUSED, ...release, body: { data: { image: 'app:1.4.1' } } });
  await call(orchestrator, 'arriveAtSyncPoint', { ...REFUSED, ...release, body: {} });
  await call(tester, 'arriveAtSyncPoint', {
    shows: 'Arrive and wait: the last one completes it',
    ...release,
    query: { wait: '20' },
    body: { data: { tests: 212 } },
  });
  await call(builder, 'listArrivals', { ...SHOWN, ...release });
  await call(orchestrator, 'listSyncPointParticipants', { ...SHOWN, ...release });
  await call(orchestrator, 'listSyncPointEvents', { ...SHOWN, ...release });
  await call(orchestrator, 'moveSyncPointDeadline', { ...REFUSED, ...release, body: { deadlineSeconds: 7_200 } });
  await call(orchestrator, 'cancelSyncPoint', { ...REFUSED, ...release, body: { reason: 'not needed any more' } });

  const point = (id: string, name: string) =>
    call(orchestrator, 'createSyncPoint', { body: { id, name, participants: ['builder', 'tester'] } });
  await point('smoke-test', 'Smoke test');
  const smokeTest = { params: { id: 'smoke-test' } };
  const excuse = { agentId: 'tester', reason: 'no device is free' };
  await call(orchestrator, 'excuseFromSyncPoint', { ...SHOWN, ...smokeTest, body: excuse });
  await call(tester, 'excuseFromSyncPoint', { ...REFUSED, ...smokeTest, body: { agentId: 'builder' } });
  await call(tester, 'failAtSyncPoint', { ...REFUSED, ...smokeTest, body: { reason: 'the disk is full' } });
  const failure = { reason: 'the disk is full', data: { freeBytes: 0 } };
  await call(builder, 'failAtSyncPoint', { ...SHOWN, ...smokeTest, body: failure });

  const byHand = { params: { id: approval.id } };
  await call(builder, 'completeSyncPoint', { ...REFUSED, ...byHand });
  await call(orchestrator, 'completeSyncPoint', { ...SHOWN, ...byHand, body: { reason: 'approved by phone' } });
  await point('nightly', 'Nightly run');
  const noChanges = { reason: 'no changes since yesterday' };
  await call(orchestrator, 'cancelSyncPoint', { ...SHOWN, params: { id: 'nightly' }, body: noChanges });
  await point('load-test', 'Load test');
  const outage = { reason: 'the test environment is down' };
  await call(builder, 'failSyncPoint', { ...REFUSED, params: { id: 'load-test' }, body: outage });
  await call(orchestrator, 'failSyncPoint', { ...SHOWN, params: { id: 'load-test' }, body: outage });
  await point('handover', 'Handover');
  await call(orchestrator, 'listSyncPoints', { ...SHOWN, query: { status: 'waiting', role: 'creator' } });
  await call(builder, 'listSyncPoints', { ...REFUSED, query: { all: 'true' } });
}

async function trackers({ call, orchestrator, builder, tester }: Story): Promise<void> {
  const migration = { params: { id: 'migration-42' } };
  const newMigration = {
    ...{ id: 'migration-42', name: 'Migration 42', totalSteps: 100, participants: ['builder', 'tester'] },
    ...{ completeWhen: 'everyone', monotonic: true, deadlineSeconds: 86_400, stallSeconds: 900 },
  };
  await call(orchestrator, 'createProgressTracker', { ...SHOWN, body: newMigration });
  await call(orchestrator, 'createProgressTracker', { ...REFUSED, body: { ...newMigration, totalSteps: 50 } });
  const report = { ...migration, body: { step: 40, data: { tables: 12 } } };
  await call(builder, 'reportProgress', { shows: 'A step with data', ...report });
  await call(builder, 'reportProgress', { shows: 'A repeat', ...report });
  await call(builder, 'reportProgress', { ...REFUSED, ...migration, body: { step: 30 } });
  await call(builder, 'reportProgress', { ...REFUSED, ...migration, body: { step: 45, ifStep: 41 } });
  await call(builder, 'reportProgress', { ...REFUSED, ...migration, body: { step: 101 } });
  await call(tester, 'reportProgress', { ...migration, body: { step: 10 } });
  await call(builder, 'reportProgress', { ...migration, body: { step: 50 } });
  await call(orchestrator, 'getProgressTracker', { ...SHOWN, ...migration, query: { wait: '20', version: '1' } });
  await call(orchestrator, 'getProgressTracker', { ...REFUSED, params: { id: 'migration-41' } });
  await call(orchestrator, 'changeProgressTracker', { ...SHOWN, ...migration, body: { totalSteps: 80 } });
  await call(orchestrator, 'changeProgressTracker', { ...REFUSED, ...migration, body: { totalSteps: 20 } });
  await call(builder, 'changeProgressTracker', { ...REFUSED, ...migration, body: { totalSteps: 60 } });
  await call(orchestrator, 'listReports', { ...SHOWN, ...migration });
  const excuse = { agentId: 'tester', reason: 'its shard was merged into the other' };
  await call(orchestrator, 'excuseFromProgressTracker', { ...SHOWN, ...migration, body: excuse });
  await call(builder, 'excuseFromProgressTracker', { ...REFUSED, ...migration, body: { agentId: 'tester' } });
  await call(tester, 'failAtProgressTracker', { ...REFUSED, ...migration, body: { reason: 'the disk is full' } });
  await call(orchestrator, 'listProgressTrackerParticipants', { ...SHOWN, ...migration });
  await call(orchestrator, 'listProgressTrackerEvents', { ...SHOWN, ...migration, query: { limit: '3' } });
  await call(builder, 'reportProgress', { shows: 'The last step', ...migration, body: { step: 80 } });
  await call(builder, 'reportProgress', { ...REFUSED, ...migration, body: { step: 80, data: { tables: 24 } } });

  const tracker = (id: string, name: string) =>
    call(orchestrator, 'createProgressTracker', { body: { id, name, totalSteps: 10, participants: ['builder'] } });
  await tracker('import', 'Import');
  const offline = { reason: 'the source is offline' };
  await call(builder, 'failAtProgressTracker', { ...SHOWN, params: { id: 'import' }, body: offline });
  await call(builder, 'completeProgressTracker', { ...REFUSED, params: { id: 'import' } });
  const enough = { reason: 'the rest is imported by hand' };
  await call(orchestrator, 'completeProgressTracker', { ...SHOWN, params: { id: 'import' }, body: enough });
  await tracker('cleanup', 'Clean-up');
  const unneeded = { reason: 'not needed any more' };
  await call(orchestrator, 'cancelProgressTracker', { ...SHOWN, params: { id: 'cleanup' }, body: unneeded });
  await call(orchestrator, 'failProgressTracker', { ...REFUSED, params: { id: 'cleanup' }, body: offline });
  await call(orchestrator, 'cancelProgressTracker', { ...REFUSED, params: { id: 'migration-42' }, body: unneeded });
  await tracker('reindex', 'Reindexing');
  const locked = { reason: 'the index is locked' };
  await call(orchestrator, 'failProgressTracker', { ...SHOWN, params: { id: 'reindex' }, body: locked });
  await tracker('upload', 'Upload');
  await call(builder, 'listProgressTrackers', { ...SHOWN, query: { status: 'active', role: 'participant' } });
  await call(builder, 'listProgressTrackers', { ...REFUSED, query: { agentId: 'tester' } });
}

async function messages({ call, orchestrator, reviewer }: Story): Promise<void> {
  const key = { headers: { 'idempotency-key': 'review-of-118' } };
  const content = { type: 'REVIEW_REQUESTED', pullRequest: 118 };
  const review = { recipients: ['reviewer', 'auditor'], content, priority: 'HIGH', requiresAcknowledgment: true };
  const ids = { shows: 'To ids, one not registered yet', ...key, body: review };
  const first = await call<{ id: string }>(orchestrator, 'sendMessage', ids);
  await call(orchestrator, 'sendMessage', { ...REFUSED, ...key, body: { ...review, priority: 'LOW' } });
  await call(orchestrator, 'sendMessage', {
    shows: 'To everyone on a roster, for ten minutes',
    body: {
      recipients: { syncPointId: 'handover' },
      content: { type: 'SHIFT_ENDS', at: '14:00' },
      expiresInSeconds: 600,
    },
  });
  const unknown = { recipients: { syncPointId: 'handover-2' }, content };
  await call(orchestrator, 'sendMessage', { ...REFUSED, body: unknown });
  await call(reviewer, 'readInbox', { ...SHOWN, query: { unacknowledged: 'true', wait: '20' } });
  await call(reviewer, 'readInbox', { ...REFUSED, query: { wait: '60' } });
  await call(reviewer, 'acknowledgeMessage', {
    ...SHOWN,
    params: { messageId: first.id },
    body: { data: { approved: true } },
  });
  await call(reviewer, 'acknowledgeMessage', { ...REFUSED, params: { messageId: 'review-118' } });
  await call(reviewer, 'acknowledgeMessages', { ...SHOWN, body: { messageIds: [first.id, 'review-118'] } });
  await call(reviewer, 'acknowledgeMessages', { ...REFUSED, body: { messageIds: [] } });
  await call(orchestrator, 'getMessage', { ...SHOWN, params: { id: first.id } });
  await call(reviewer, 'getMessage', { ...REFUSED, params: { id: first.id } });
  await call(orchestrator, 'listMessages', SHOWN);
}

async function restOfTheService({ call, admin, builder }: Story): Promise<void> {
  const query = { relatedId: 'release-1.4', type: 'SYNC_POINT_COMPLETED' };
  await call(admin, 'listEvents', { ...SHOWN, query });
  await call(builder, 'listEvents', { ...REFUSED, query });
  await call(builder, 'callMcp', {
    ...SHOWN,
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'who_am_i', arguments: {} } },
  });
  await call(null, 'getHealth', SHOWN);
}

async function goodbye({ call, admin, builder }: Story): Promise<void> {
  await call(builder, 'checkOut', SHOWN);
  const reviewer = { params: { agentId: 'reviewer' } };
  await call(builder, 'deactivateAgent', { ...REFUSED, params: { agentId: 'builder' } });
  await call(admin, 'deactivateAgent', { ...SHOWN, ...reviewer });
  await call(admin, 'updateAgent', { ...REFUSED, ...reviewer, body: { name: 'Reviewer' } });
  await call(admin, 'reactivateAgent', {
    ...SHOWN,
    ...reviewer,
    headers: { 'idempotency-key': 'reviewer-is-back' },
  });
  await call(admin, 'reactivateAgent', { ...REFUSED, ...reviewer });
}

/** Bodies that no operation looks at. */
async function unreadable({ call, orchestrator }: Story): Promise<void> {
  const createSyncPoint = (sent: Parameters<Story['call']>[2]) =>
    call(orchestrator, 'createSyncPoint', { ...REFUSED, ...sent });
  await createSyncPoint({ text: '{"name": ' });
  await createSyncPoint({ text: JSON.stringify('x'.repeat(MAX_REQUEST_BYTES)) });
  await createSyncPoint({ headers: { 'content-type': 'text/plain' }, text: 'name: Release 1.5' });
}
