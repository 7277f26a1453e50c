import { expect, test } from '@jest/globals';
import { toldOf } from '../src/parts/event-words';

test('an event of a type that this page does not know is told as that type', () => {
  expect(toldOf('AGENT_LOST').verb).toBe('was lost');
  expect(toldOf('AGENT_PROMOTED').verb).toBe('AGENT_PROMOTED');
});
