/** Views and events as the service makes them, made up. */
import type { Event, ProgressTracker, SyncPoint } from '@muster/client';

export const AT = '2026-03-01T12:00:00.000Z';

export const syncPoint = (changes: Partial<SyncPoint> = {}): SyncPoint => {
  const participants = changes.participants ?? ['ann', 'bob', 'cid', 'dan', 'eve'];
  return {
    ...{ id: 'nightly', name: 'Nightly', description: null, metadata: null, version: 1, status: 'waiting' },
    ...{ arrivedParticipants: [], failedParticipants: [], excusedParticipants: [], missingParticipants: participants },
    ...{ deadline: null, warnSeconds: null, whenLost: 'tell', createdAt: AT, createdBy: 'boss', completedAt: null },
    ...{ endedAt: null, endedBy: null, endReason: null, quorum: null, endWhen: 'decided' },
    ...changes,
    participants,
  };
};

export const tracker = (changes: Partial<ProgressTracker> = {}): ProgressTracker => {
  const { quorum: _quorum, endWhen: _endWhen, status: _status, ...common } = syncPoint();
  return {
    ...common,
    ...{ status: 'active', totalSteps: 10, completeWhen: 'everyone', monotonic: false, currentStep: 0, percent: 0 },
    ...{ participantProgress: {}, participantPercent: {}, lastProgressAt: null, etaSeconds: null },
    ...{ stallSeconds: null, stalledSince: null },
    ...changes,
  };
};

export const event = (type: Event['type'], agentId: string, details: Event['details'] = {}): Event => ({
  ...{ id: `${type}-${agentId}`, type, relatedId: 'nightly', agentId, timestamp: AT, details },
});
