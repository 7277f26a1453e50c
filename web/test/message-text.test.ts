import { describe, expect, test } from '@jest/globals';
import { isNotification, messageText, subjectOf } from '../src/views/message-text';

describe('what a message says', () => {
  test.each([
    [{ type: 'SYNC_POINT_NOTIFICATION', name: 'Release' }, 'You are expected at “Release”.'],
    [
      { type: 'SYNC_POINT_FAILED', name: 'Release', reason: 'no disk', failedParticipants: ['a'], failedCount: 1 },
      '“Release” failed: no disk. Failed: a.',
    ],
    [
      { type: 'SYNC_POINT_EXPIRED', name: 'Release', missingParticipants: ['a', 'b'], missingCount: 40 },
      '“Release” expired. Missing: a, b and 38 more.',
    ],
    [{ type: 'PROGRESS_TRACKER_CANCELLED', name: 'Import', reason: null }, '“Import” was cancelled.'],
    [{ type: 'SYNC_POINT_DEADLINE_CHANGED', name: 'Release', deadline: null }, '“Release” has no deadline any more.'],
    [
      { type: 'PROGRESS_UPDATE_NOTIFICATION', name: 'Import', currentStep: 1200, totalSteps: 5000, completed: false },
      '“Import” is at step 1,200 of 5,000.',
    ],
    [
      { type: 'ACKNOWLEDGEMENT_MISSING', messageType: 'PLAN', recipientCount: 1 },
      '1 recipient did not acknowledge your PLAN.',
    ],
    [{ type: 'PLEASE_REVIEW', priority: 3, text: 'Look at it.' }, 'Look at it.'],
    [{ type: 'PLEASE_REVIEW', text: { not: 'text' } }, undefined],
    // Of a service that is newer than the page.
    [{ type: 'SYNC_POINT_PAUSED', name: 'Release' }, undefined],
  ])('%j', (content, text) => {
    expect(messageText(content)).toBe(text);
  });
});

test.each([
  ['builder', 'SYNC_POINT_NOTIFICATION', true],
  ['builder', 'AGENT_FAILED', true],
  ['system', 'SYNC_POINT_PAUSED', true],
  ['builder', 'PLEASE_REVIEW', false],
])('a message from %s of type %s is a notification: %s', (id, type, expected) => {
  expect(isNotification({ sender: { id, name: id }, content: { type } })).toBe(expected);
});

describe('what a message is about', () => {
  test.each([
    [{ content: { type: 'X', syncPointId: 'release' } }, { kind: 'sync-point', id: 'release' }],
    [{ content: { type: 'X', trackerId: 'import' } }, { kind: 'tracker', id: 'import' }],
    [
      { content: { type: 'X' }, recipientsOf: { progressTrackerId: 'import' } },
      { kind: 'tracker', id: 'import' },
    ],
    [{ content: { type: 'X', syncPointId: 7 } }, undefined],
    [{ content: { type: 'X' } }, undefined],
  ])('%j', (message, subject) => {
    expect(subjectOf(message)).toEqual(subject);
  });
});
