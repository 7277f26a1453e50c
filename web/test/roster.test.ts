import { describe, expect, test } from '@jest/globals';
import type { Event, ProgressTracker, SyncPoint } from '@muster/client';
import fc from 'fast-check';
import { Roster } from '../src/live/roster';

const AT = '2026-03-01T12:00:00.000Z';

const syncPoint = (changes: Partial<SyncPoint> = {}): SyncPoint => {
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

const tracker = (changes: Partial<ProgressTracker> = {}): ProgressTracker => {
  const { quorum: _quorum, endWhen: _endWhen, status: _status, ...common } = syncPoint();
  return {
    ...common,
    ...{ status: 'active', totalSteps: 10, completeWhen: 'everyone', monotonic: false, currentStep: 0, percent: 0 },
    ...{ participantProgress: {}, participantPercent: {}, lastProgressAt: null, etaSeconds: null },
    ...{ stallSeconds: null, stalledSince: null },
    ...changes,
  };
};

const event = (type: Event['type'], agentId: string, details: Event['details'] = {}): Event => ({
  ...{ id: `${type}-${agentId}`, type, relatedId: 'nightly', agentId, timestamp: AT, details },
});

/** What the card of an overview shows. */
const shownOf = (roster: Roster) => ({
  arrived: roster.arrived,
  excused: roster.excused,
  failed: [...roster.failed.keys()].sort(),
  pending: [...roster.pending],
  outcomes: Object.fromEntries(roster.outcomes),
});

describe('a roster that follows events', () => {
  test('shows the same as one that was read afterwards, also if events come twice or too late', () => {
    const participants = syncPoint().participants;
    const acts = fc.array(fc.tuple(fc.constantFrom(...participants), fc.constantFrom('arrived', 'failed', 'excused')));
    fc.assert(
      fc.property(acts, fc.nat(), (drawn, seed) => {
        const first = new Map<string, string>();
        for (const [agentId, outcome] of drawn) if (!first.has(agentId)) first.set(agentId, outcome);
        const events = [...first].map(([agentId, outcome]) =>
          outcome === 'excused'
            ? event('AGENT_EXCUSED', 'boss', { agentId, reason: null })
            : event(outcome === 'arrived' ? 'AGENT_ARRIVED' : 'AGENT_FAILED', agentId, { reason: null }),
        );
        const of = (outcome: string): string[] => participants.filter((agentId) => first.get(agentId) === outcome);
        const afterwards = new Roster(
          syncPoint({
            arrivedParticipants: of('arrived'),
            failedParticipants: of('failed'),
            excusedParticipants: of('excused'),
          }),
          0,
        );
        const followed = new Roster(syncPoint(), 0);
        const again = events.slice(seed % (events.length + 1));
        for (const each of [...events, ...again]) followed.apply(each);
        for (const each of again) afterwards.apply(each);
        expect(shownOf(followed)).toEqual(shownOf(afterwards));
      }),
    );
  });

  test('keeps the reason of a failure when it is read again', () => {
    const roster = new Roster(syncPoint(), 0);
    roster.apply(event('AGENT_FAILED', 'bob', { reason: 'the disk is full' }));
    roster.replace(syncPoint({ failedParticipants: ['bob'] }), 1);
    expect(roster.failed.get('bob')).toBe('the disk is full');
  });

  test('takes a failure of a lost agent as that of the agent, not of the system', () => {
    const roster = new Roster(syncPoint(), 0);
    roster.apply(event('AGENT_FAILED', 'system', { agentId: 'cid', reason: 'lost' }));
    expect(roster.outcomes.get('cid')).toBe('failed');
  });

  test('tells with each change those that show it, and ends with the ending', () => {
    const roster = new Roster(syncPoint(), 0);
    const before = roster.observe();
    roster.apply(event('SYNC_POINT_EXPIRED', 'system', { missingCount: 5 }));
    expect(roster.observe()).toBeGreaterThan(before);
    expect(roster.status).toBe('expired');
    expect(roster.isOpen).toBe(false);
  });

  test('has to be read again for what an event does not say', () => {
    const roster = new Roster(tracker(), 0);
    expect(roster.apply(event('PROGRESS_TRACKER_CHANGED', 'boss', { totalSteps: 12 }))).toBe('read-again');
  });

  test('counts a quorum, or everyone that is not excused', () => {
    expect(new Roster(syncPoint({ quorum: 2 }), 0).needed).toBe(2);
    expect(new Roster(syncPoint({ excusedParticipants: ['eve'] }), 0).needed).toBe(4);
  });
});

describe('the progress of a tracker that follows events', () => {
  test('is the mean of the participants that are not excused, if everyone has to reach the total', () => {
    const roster = new Roster(tracker({ excusedParticipants: ['eve'] }), 0);
    roster.apply(event('PROGRESS_UPDATED', 'ann', { step: 10, previousStep: null }));
    roster.apply(event('PROGRESS_UPDATED', 'bob', { step: 6, previousStep: null }));
    roster.apply(event('PROGRESS_UPDATED', 'bob', { step: 2, previousStep: 6 }));
    expect(roster.progress?.fraction).toBeCloseTo(12 / 40);
    expect(roster.outcomes.get('ann')).toBe('arrived');
  });

  test('is the overall step of the creator, if the creator completes it', () => {
    const roster = new Roster(tracker({ completeWhen: 'creator' }), 0);
    roster.apply(event('PROGRESS_UPDATED', 'ann', { step: 9, previousStep: null }));
    roster.apply(event('PROGRESS_UPDATED', 'boss', { step: 4, previousStep: null }));
    expect(roster.progress?.fraction).toBeCloseTo(0.4);
    expect(roster.progress?.steps.get('ann')).toBe(9);
    expect(roster.outcomes.get('ann')).toBe('pending');
  });

  test('moves with both steps of a creator that takes part', () => {
    const roster = new Roster(tracker({ completeWhen: 'creator', createdBy: 'ann' }), 0);
    roster.apply(event('PROGRESS_UPDATED', 'ann', { step: 3, previousStep: null }));
    expect(roster.progress?.steps.get('ann')).toBe(3);
    expect(roster.progress?.fraction).toBeCloseTo(0.3);
  });

  test('is no longer stalled as soon as a step moves', () => {
    const roster = new Roster(tracker({ stalledSince: AT }), 0);
    roster.apply(event('PROGRESS_UPDATED', 'ann', { step: 1, previousStep: null }));
    expect(roster.progress?.stalledSince).toBeNull();
  });
});
