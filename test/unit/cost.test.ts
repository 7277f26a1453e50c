import { expect, test } from '@jest/globals';
import {
  ACTIONS_PER_SYNC_POINT,
  costOfConsole,
  costOfMuster,
  costOfPresence,
  costOfStepFunctions,
  costOfTemporal,
  costTable,
  TRANSITIONS_PER_SYNC_POINT,
} from '../../bench/cost/cost';
import { PRICES_AS_OF, tiered } from '../../bench/cost/prices';
import results from '../../bench/results.json' with { type: 'json' };
import { pageText, section } from '../support/markdown';

const text = section('docs/operations.md', 'What it costs');

test('the table in the operations guide is what `npm run cost` prints', () => {
  expect(text).toContain(costTable());
  expect(text).toContain(`list prices (${PRICES_AS_OF}`);
  expect(text).toContain(`${TRANSITIONS_PER_SYNC_POINT} transitions`);
  expect(text).toContain(`${ACTIONS_PER_SYNC_POINT} Actions`);
  expect(text).toContain(`costs $${costOfPresence().toFixed(2)} a month`);
});

test('what the console costs stands in its guide, for the requests that were counted', () => {
  const guide = pageText('docs/console.md').replace(/\s+/g, ' ');
  const { idle, busy } = results.console.figures.requestsPerMinute;
  for (const perMinute of [idle, busy]) {
    expect(guide).toContain(`${perMinute} requests a minute, $${costOfConsole(perMinute).toFixed(4)} an hour`);
  }
});

test('units are charged tier by tier', () => {
  const tiers = [
    { upTo: 10, price: 2 },
    { upTo: Infinity, price: 1 },
  ];
  expect([0, 10, 15].map((units) => tiered(units, tiers))).toEqual([0, 20, 25]);
});

/** The provider's own example: 11.25 million Actions beyond the plan's are $525. */
test('the alternatives cost what their price lists say', () => {
  const arrivals = ((11_250_000 + 1_000_000) / ACTIONS_PER_SYNC_POINT) * 10;
  expect(costOfTemporal(arrivals)).toBeCloseTo(525 + 100);
  expect(costOfTemporal(0)).toBe(100);
  expect(costOfStepFunctions(10_000_000)).toBeCloseTo(13 * 25);
});

test('a capacity that doubles shows in the bill', () => {
  const work = {
    requests: 22,
    writeUnits: 100,
    readUnits: 0,
    changes: 15,
    busEntries: 12,
    publishes: 2,
    schedulesFired: 1,
    storedBytes: 0,
  };
  const of = (writeUnits: number) =>
    costOfMuster(10_000_000, { ...work, writeUnits })['DynamoDB, writes and reads'] ?? 0;
  expect(of(200) - of(100)).toBeCloseTo(62.5);
});
