import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Roster } from '../src/live/roster';
import { AT, event, syncPoint, tracker } from './made-views';

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

describe('a roster that is read while events come', () => {
  test('never goes back, whatever older answers come late', () => {
    const participants = syncPoint().participants;
    const outcomes = fc
      .shuffledSubarray(participants)
      .chain((order) =>
        fc.tuple(fc.constant(order), fc.array(fc.tuple(fc.nat(order.length), fc.nat(order.length)), { maxLength: 8 })),
      );
    fc.assert(
      fc.property(outcomes, ([order, answers]) => {
        // The view after so many arrivals; the last one completes it if nobody is missing.
        const viewAfter = (count: number) =>
          syncPoint({
            version: count + 1,
            arrivedParticipants: order.slice(0, count),
            status: count === participants.length ? 'completed' : 'waiting',
          });
        const roster = new Roster(syncPoint(), 0);
        let most = 0;
        for (let applied = 0; applied <= order.length; applied += 1) {
          const arriving = order[applied - 1];
          if (arriving !== undefined) roster.apply(event('AGENT_ARRIVED', arriving));
          if (applied === participants.length) roster.apply(event('SYNC_POINT_COMPLETED', 'system'));
          most = Math.max(most, applied);
          for (const [at, of] of answers) {
            if (at !== applied) continue;
            roster.replace(viewAfter(of), 0);
            most = Math.max(most, of);
          }
          expect(roster.arrived).toBe(most);
          expect(roster.pending.size).toBe(participants.length - most);
          expect(roster.isOpen).toBe(most < participants.length);
        }
      }),
    );
  });

  test('keeps a deadline and steps that came while the answer was on its way, and takes those asked for later', () => {
    const roster = new Roster(tracker({ deadline: AT }), 0);
    const askedAtMs = Date.now() - 10;
    const moved = '2026-03-01T13:00:00.000Z';
    roster.apply(event('PROGRESS_TRACKER_DEADLINE_CHANGED', 'boss', { deadline: moved }));
    roster.apply(event('PROGRESS_UPDATED', 'ann', { step: 5, previousStep: null }));
    roster.replace(tracker({ deadline: AT }), askedAtMs);
    expect([roster.deadline, roster.progress?.steps.get('ann')]).toEqual([moved, 5]);
    roster.replace(tracker({ version: 2, deadline: null, participantProgress: { ann: 4 } }), Date.now() + 10);
    expect([roster.deadline, roster.progress?.steps.get('ann')]).toEqual([null, 4]);
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
