import { expect, test } from '@jest/globals';
import { outcomeOf, wordOf } from '../src/parts/outcome';
import { AT, syncPoint, tracker } from './made-views';

const led = { participants: ['ann', 'bob'], missingParticipants: ['bob'] };

test.each([
  ['is waited for', syncPoint(), 'ann', 'pending'],
  ['has not come by the end', syncPoint({ endedAt: AT }), 'ann', 'missing'],
  ['has come', syncPoint({ arrivedParticipants: ['ann'], missingParticipants: [] }), 'ann', 'arrived'],
  ['has reached the total that its creator ends', tracker(led), 'ann', 'done'],
  ['had reached it by the end', tracker({ ...led, endedAt: AT }), 'ann', 'done'],
  ['had not', tracker({ ...led, endedAt: AT }), 'bob', 'missing'],
] as const)('of somebody who %s', (_who, view, agentId, word) => {
  const outcome = outcomeOf(view, agentId);
  expect(outcome && wordOf(view, agentId, outcome)).toBe(word);
});
