/** Sync points and trackers as the API returns them, with what a test changes. */
import type { ProgressTracker, SyncPoint } from '@muster/client';

const STARTED_AT = '2026-03-01T12:00:00.000Z';
export const NOW_MS = Date.parse('2026-03-01T12:05:00.000Z');

/** The time so many seconds before the test's now. */
export const secondsAgo = (seconds: number): string => new Date(NOW_MS - seconds * 1_000).toISOString();

const COMMON = {
  description: null,
  failedParticipants: [],
  excusedParticipants: [],
  deadline: null,
  warnSeconds: null,
  whenLost: 'tell',
  createdAt: STARTED_AT,
  createdBy: 'orchestrator',
  completedAt: null,
  endedAt: null,
  endedBy: null,
  endReason: null,
  metadata: null,
  version: 1,
} as const;

export function syncPoint(changes: Partial<SyncPoint> = {}): SyncPoint {
  const point: SyncPoint = {
    ...COMMON,
    failedParticipants: [],
    excusedParticipants: [],
    id: 'nightly',
    name: 'Nightly build',
    participants: ['builder', 'tester', 'linter', 'packager'],
    arrivedParticipants: [],
    missingParticipants: [],
    status: 'waiting',
    quorum: null,
    endWhen: 'decided',
    ...changes,
  };
  return { ...point, missingParticipants: missingOf(point) };
}

export function tracker(changes: Partial<ProgressTracker> = {}): ProgressTracker {
  const made: ProgressTracker = {
    ...COMMON,
    failedParticipants: [],
    excusedParticipants: [],
    id: 'import',
    name: 'Import of the catalogue',
    participants: ['loader', 'indexer', 'writer'],
    arrivedParticipants: [],
    missingParticipants: [],
    status: 'active',
    totalSteps: 10,
    completeWhen: 'everyone',
    monotonic: false,
    currentStep: 0,
    participantProgress: {},
    percent: 0,
    participantPercent: {},
    lastProgressAt: null,
    etaSeconds: null,
    stallSeconds: null,
    stalledSince: null,
    ...changes,
  };
  const { participantProgress, totalSteps } = made;
  const percents = Object.entries(participantProgress).map(([id, step]) => [id, (100 * step) / totalSteps] as const);
  return { ...made, participantPercent: Object.fromEntries(percents), missingParticipants: missingOf(made) };
}

function missingOf(roster: SyncPoint | ProgressTracker): string[] {
  const { participants, arrivedParticipants, failedParticipants, excusedParticipants } = roster;
  const there = new Set([...arrivedParticipants, ...failedParticipants, ...excusedParticipants]);
  return participants.filter((agentId) => !there.has(agentId));
}
