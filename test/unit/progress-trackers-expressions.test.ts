import { describe, expect, test } from '@jest/globals';
import { TRACKER_PAGE } from '../../lib/progress-trackers/progress-tracker';
import { encodeStep, MAX_TOTAL_STEPS } from '../../lib/progress-trackers/step-record';
import {
  cancelParams,
  CLOSE_FINISHED_PAGE,
  closePageParams,
  newOverallItem,
  newTrackerPageItem,
  overallFromItem,
  overallParams,
  reportParams,
  trackerPageFromItem,
} from '../../lib/progress-trackers/tracker-expressions';
import { MAX_PAGES, SINGLE_PAGE, splitRoster } from '../../lib/rosters/page';
import type { UpdateParams } from '../../lib/rosters/page-expressions';
import { overallKey, pageKey } from '../../lib/table/keys';
import { traceAttribute } from '../../lib/table/trace-attribute';
import { inScope } from '../../lib/tracing/scope';
import { traceOfRequest } from '../../lib/tracing/trace-context';
import { itemSize } from '../support/item-size';
import { uuidLikeIds } from '../support/world';

const AT = Date.parse('2026-03-01T12:00:00.000Z');
const KIB = 1_024;
const ID = '00000000-0000-7000-8000-000000000000';
const rules = { totalSteps: 10, monotonic: false, completeWhen: 'creator' } as const;
const report = { agentId: 'a', step: 4, atMs: AT, ifStep: undefined };
const cancelling = { as: 'cancelled', atMs: AT, by: 'creator', reason: 'why' } as const;

describe('a full page of ids of 36 characters', () => {
  const shape = { pageCount: MAX_PAGES, salt: 99 };
  const strictest = { totalSteps: MAX_TOTAL_STEPS, monotonic: true, completeWhen: 'everyone' } as const;
  const participants = uuidLikeIds(TRACKER_PAGE.further);
  const trace = inScope({ trace: traceOfRequest(undefined), fields: {} }, traceAttribute);
  const fresh = {
    ...pageKey('PT', ID, MAX_PAGES - 1),
    ...newTrackerPageItem(participants, shape, strictest),
    ...trace,
  };

  test('is 17 participants and stays within 1 KB with its trace: one write unit a report', () => {
    expect(participants).toHaveLength(17);
    expect(itemSize(fresh)).toBeLessThanOrEqual(KIB);
    const reported = { ...fresh, steps: Object.fromEntries(participants.map((id) => [id, encodeStep(4, AT)])) };
    expect(itemSize(reported)).toBe(itemSize(fresh));
  });

  test('also when it is closed, and all at once a single page', () => {
    expect(itemSize({ ...fresh, closedAs: 'completed' })).toBeLessThanOrEqual(KIB);
    const single = { ...pageKey('PT', ID, 0), ...newTrackerPageItem(participants, SINGLE_PAGE, strictest), ...trace };
    expect(itemSize({ ...single, closedAs: 'completed' })).toBeLessThanOrEqual(KIB);
  });

  test('takes 14 bytes of each participant besides its id', () => {
    const without = newTrackerPageItem(participants.slice(1), shape, strictest);
    const bytesOfOne = itemSize({ ...fresh }) - itemSize({ ...fresh, ...without });
    // Id, record, and the byte that DynamoDB counts for each member of a map.
    expect(bytesOfOne).toBe(36 + 14 + 1);
  });

  test.each([18, 100, 1_000])('is what a roster of %i is split into at most', (count) => {
    const { pages } = splitRoster(uuidLikeIds(count), TRACKER_PAGE);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(TRACKER_PAGE.further);
  });
});

describe('a report as request parameters', () => {
  test('is a step of one participant on a page that is not closed, at most the total', () => {
    expect(reportParams(report, 'none')).toEqual({
      UpdateExpression: 'SET steps.#agent = :record',
      ConditionExpression:
        'attribute_exists(steps.#agent) AND attribute_not_exists(closedAs) AND :prefix <= #limit AND (attribute_not_exists(monotonic) OR steps.#agent < :above) AND (attribute_not_exists(remaining) OR (steps.#agent < #limit AND :prefix < #limit) OR (steps.#agent >= #limit AND :prefix >= #limit))',
      ExpressionAttributeNames: { '#agent': 'a', '#limit': 'limit' },
      ExpressionAttributeValues: { ':record': encodeStep(4, AT), ':prefix': '000004', ':above': '000005' },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });

  test.each([
    [
      'reaches-total',
      'SET steps.#agent = :record, remaining = remaining - :one',
      'steps.#agent < #limit AND :prefix >= #limit',
    ],
    [
      'leaves-total',
      'SET steps.#agent = :record, remaining = remaining + :one',
      'steps.#agent >= #limit AND :prefix < #limit',
    ],
  ] as const)('that %s counts, on that very condition', (crossing, update, condition) => {
    const params = reportParams(report, crossing);
    expect(params.UpdateExpression).toBe(update);
    expect(params.ConditionExpression).toContain(`attribute_exists(remaining) AND ${condition}`);
  });

  test('with ifStep takes every record of that step and no other', () => {
    const { ConditionExpression, ExpressionAttributeValues: values } = reportParams({ ...report, ifStep: 36 }, 'none');
    expect(ConditionExpression).toContain('steps.#agent BETWEEN :expected AND :expectedLast');
    const isIn = (step: number) => {
      const record = encodeStep(step, AT);
      return record >= String(values?.[':expected']) && record <= String(values?.[':expectedLast']);
    };
    expect([35, 36, 37].map(isIn)).toEqual([false, true, false]);
  });

  test('of the creator completes only where the creator does, at the total', () => {
    const last = { ...report, agentId: 'creator', step: 10 };
    expect(overallParams(last, false)).toMatchObject({
      UpdateExpression: 'SET #step = :record',
      ConditionExpression: expect.stringMatching(/\(completeWhen <> :byCreator OR :prefix < #limit\)$/) as unknown,
    });
    expect(overallParams(last, true)).toMatchObject({
      UpdateExpression: 'SET #step = :record, closedAs = :completed, closedAt = :at, closedBy = :agent',
      ConditionExpression: expect.stringMatching(/completeWhen = :byCreator AND :prefix >= #limit$/) as unknown,
    });
  });
});

test.each<[string, UpdateParams]>([
  ['report', reportParams(report, 'none')],
  ['report that reaches the total', reportParams({ ...report, ifStep: 3 }, 'reaches-total')],
  ['report that leaves the total', reportParams(report, 'leaves-total')],
  ['overall step', overallParams(report, false)],
  ['overall step that completes', overallParams({ ...report, ifStep: 3 }, true)],
  ['cancel', cancelParams(cancelling)],
  ['cancel without a reason', cancelParams({ ...cancelling, reason: null })],
  ['close a page', closePageParams('cancelled')],
  ['close a finished page', CLOSE_FINISHED_PAGE],
])('%s: every placeholder is used and every used one given', (_name, params) => {
  const text = `${params.UpdateExpression ?? ''} ${params.ConditionExpression ?? ''}`;
  const given = [params.ExpressionAttributeValues, params.ExpressionAttributeNames].flatMap((names) =>
    Object.keys(names ?? {}),
  );
  expect(new Set(text.match(/[:#][a-zA-Z]+/g))).toEqual(new Set(given));
});

test('a page comes back as it was stored', () => {
  const stored = { ...pageKey('PT', 't', 7), ...newTrackerPageItem(['a', 'b'], { pageCount: 9, salt: 4 }, rules) };
  const never = { step: 0, atMs: null };
  const page = {
    index: 7,
    pageCount: 9,
    salt: 4,
    steps: new Map([
      ['a', never],
      ['b', never],
    ]),
    totalSteps: 10,
    monotonic: false,
    remaining: null,
    closed: false,
  };
  expect(trackerPageFromItem(stored)).toEqual(page);
  const strict = { ...rules, monotonic: true, completeWhen: 'everyone' } as const;
  expect(
    trackerPageFromItem({
      ...pageKey('PT', 't', 0),
      ...newTrackerPageItem(['a'], SINGLE_PAGE, strict),
      closedAs: 'completed',
    }),
  ).toMatchObject({ index: 0, pageCount: 1, salt: 0, monotonic: true, remaining: 1, closed: true });
});

test('an overall item comes back as it was stored, and with its ending', () => {
  const stored = { ...overallKey('t'), ...newOverallItem('creator', 3, { ...rules, totalSteps: MAX_TOTAL_STEPS }) };
  const overall = {
    record: { step: 0, atMs: null },
    creator: 'creator',
    totalSteps: MAX_TOTAL_STEPS,
    completeWhen: 'creator',
    pageCount: 3,
    closing: null,
  };
  expect(overallFromItem(stored)).toEqual(overall);
  const ended = { ...stored, step: encodeStep(4, AT), closedAs: 'cancelled', closedAt: AT, closedBy: 'x' };
  expect(overallFromItem(ended)).toEqual({
    ...overall,
    record: { step: 4, atMs: AT },
    closing: { as: 'cancelled', atMs: AT, by: 'x', reason: null },
  });
});
