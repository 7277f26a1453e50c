import type { Event } from '@muster/client';
import { describe, expect, test } from '@jest/globals';
import { columnsOf, countsOf, fitsMarks, type Happened, happenedOf } from '../src/detail/timeline-data';

const event = (type: Event['type'], agentId: string, details: Event['details'] = {}): Event => ({
  id: `${type} ${agentId}`,
  type,
  relatedId: 'nightly',
  agentId,
  timestamp: '2026-03-01T12:00:05.000Z',
  details,
});

const arrivedAt = (atMs: number): Happened => ({ agentId: `agent-${atMs}`, outcome: 'arrived', atMs, reason: null });

describe('what the timeline takes from the events', () => {
  test('the participant is the one that it happened to, not the one that did it', () => {
    const happened = happenedOf([
      event('SYNC_POINT_CREATED', 'orchestrator'),
      event('AGENT_ARRIVED', 'builder'),
      event('AGENT_EXCUSED', 'orchestrator', { agentId: 'linter', reason: 'not needed' }),
      event('AGENT_FAILED', 'system', { agentId: 'tester', reason: null }),
    ]);
    expect(happened.map(({ agentId, outcome, reason }) => [agentId, outcome, reason])).toEqual([
      ['builder', 'arrived', null],
      ['linter', 'excused', 'not needed'],
      ['tester', 'failed', null],
    ]);
  });
});

describe('columns of the timeline', () => {
  const span = { startMs: 1_000, endMs: 2_000 };

  test('each outcome falls into the column of its time', () => {
    const columns = columnsOf([1_999, 1_000, 1_250, 1_249].map(arrivedAt), span, 4);
    expect(columns.map(({ index, happened }) => [index, happened.map(({ atMs }) => atMs)])).toEqual([
      [0, [1_000, 1_249]],
      [1, [1_250]],
      [3, [1_999]],
    ]);
  });

  test('what happened at the very end, or outside by a clock that differs, is at the edge', () => {
    const columns = columnsOf([990, 2_000, 2_010].map(arrivedAt), span, 4);
    expect(columns.map(({ index, happened }) => [index, happened.length])).toEqual([
      [0, 1],
      [3, 2],
    ]);
  });

  test('a span of nothing has one column that holds all', () => {
    const columns = columnsOf([1_000, 1_000].map(arrivedAt), { startMs: 1_000, endMs: 1_000 }, 4);
    expect(columns.map(({ happened }) => happened.length)).toEqual([2]);
  });

  test('marks give way to bars when there are over a hundred, or a column would be too high', () => {
    const spread = (count: number) =>
      columnsOf(
        Array.from({ length: count }, (_, at) => arrivedAt(1_000 + at)),
        span,
        1_000,
      );
    expect(fitsMarks(spread(100))).toBe(true);
    expect(fitsMarks(spread(101))).toBe(false);
    const heap = (count: number) =>
      columnsOf(
        Array.from({ length: count }, () => arrivedAt(1_500)),
        span,
        10,
      );
    expect(fitsMarks(heap(6))).toBe(true);
    expect(fitsMarks(heap(7))).toBe(false);
  });

  test('ten thousand outcomes lose none of their number', () => {
    const all = Array.from({ length: 10_000 }, (_, at) => ({
      ...arrivedAt(1_000 + at / 10),
      outcome: at % 100 === 0 ? ('failed' as const) : ('arrived' as const),
    }));
    const counts = columnsOf(all, span, 40).map(({ happened }) => countsOf(happened));
    expect(counts.reduce((sum, { failed }) => sum + failed, 0)).toBe(100);
    expect(counts.reduce((sum, { arrived }) => sum + arrived, 0)).toBe(9_900);
  });
});
