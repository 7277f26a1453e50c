import type { Event } from '@muster/client';
import { describe, expect, test } from '@jest/globals';
import { alignedOf, chosenOf, progressionsOf, ratePerMinute, stepAt } from '../src/detail/progress-data';

const START_MS = Date.parse('2026-03-01T12:00:00.000Z');

const report = (agentId: string, afterSeconds: number, step: number): Event => ({
  id: `${agentId} ${afterSeconds}`,
  type: 'PROGRESS_UPDATED',
  relatedId: 'import',
  agentId,
  timestamp: new Date(START_MS + afterSeconds * 1_000).toISOString(),
  details: { step, previousStep: null },
});

const after = (seconds: number): number => START_MS + seconds * 1_000;

describe('series of a tracker', () => {
  const events: Event[] = [
    { ...report('orchestrator', 0, 0), type: 'PROGRESS_TRACKER_CREATED', details: { totalSteps: 10 } },
    report('builder', 10, 1),
    report('tester', 20, 2),
    report('builder', 30, 4),
  ];

  test('a step is kept until the next report, and to the end; before the first there is none', () => {
    const [times, builder, tester] = alignedOf(progressionsOf(events), ['builder', 'tester'], after(60));
    expect(times).toEqual([10, 20, 30, 60].map((seconds) => after(seconds) / 1_000));
    expect(builder).toEqual([1, 1, 4, 4]);
    expect(tester).toEqual([null, 2, 2, 2]);
  });

  test('reports that are later than the end are drawn, too', () => {
    const [times] = alignedOf(progressionsOf(events), ['builder'], after(20));
    expect(times).toEqual([10, 30].map((seconds) => after(seconds) / 1_000));
  });

  test('without reports there is nothing to draw', () => {
    expect(alignedOf(progressionsOf([]), [], after(60))).toEqual([[]]);
  });

  test('a table asks for the step at a time', () => {
    const builder = progressionsOf(events).get('builder') ?? [];
    expect([9, 10, 29, 30, 99].map((seconds) => stepAt(builder, after(seconds)))).toEqual([null, 1, 1, 4, 4]);
  });

  test('of many, those asked for are drawn, at most twelve', () => {
    const many = progressionsOf(Array.from({ length: 20 }, (_, index) => report(`agent-${index}`, 100 - index, index)));
    expect(chosenOf(many, 'behind').slice(0, 2)).toEqual(['agent-0', 'agent-1']);
    expect(chosenOf(many, 'ahead').slice(0, 2)).toEqual(['agent-19', 'agent-18']);
    expect(chosenOf(many, 'recent').slice(0, 2)).toEqual(['agent-0', 'agent-1']);
    expect(chosenOf(many, 'behind')).toHaveLength(12);
    expect(chosenOf(many, 'behind', ' AGENT-19 ')).toEqual(['agent-19']);
  });
});

describe('steps a minute', () => {
  const points = (...pairs: [afterSeconds: number, step: number][]) =>
    pairs.map(([seconds, step]) => ({ atMs: after(seconds), step }));

  test('no speed is known from one report', () => {
    expect(ratePerMinute([], after(60))).toBe(0);
    expect(ratePerMinute(points([0, 5]), after(60))).toBe(0);
  });

  test('the first report is a start, not work done', () => {
    expect(ratePerMinute(points([0, 5], [60, 15]), after(60))).toBeCloseTo(10);
  });

  test('it falls while nothing is reported, and is none after five minutes', () => {
    const two = points([0, 5], [60, 15]);
    expect(ratePerMinute(two, after(120))).toBeCloseTo(5);
    expect(ratePerMinute(two, after(361))).toBe(0);
  });

  test('only the last five minutes count', () => {
    expect(ratePerMinute(points([0, 0], [60, 100], [600, 110]), after(600))).toBeCloseTo(2);
  });

  test('work that went back has no speed', () => {
    expect(ratePerMinute(points([0, 5], [60, 3]), after(60))).toBe(0);
  });
});
