import { describe, expect, test } from '@jest/globals';
import { syncPointChanges, trackerChanges } from '../live/changes';
import { clockTime } from '../live/durations';
import { type Line, paint, textOf } from '../live/line';
import { rosterView } from '../live/roster-view';
import { trackerView } from '../live/tracker-view';
import type { Details } from '../live/view';
import { cut, pad, widthOf, withoutControls } from '../text';
import { NOW_MS, secondsAgo, syncPoint, tracker } from './rosters';

const SURROUNDINGS = { nowMs: NOW_MS, columns: 100, rows: 30 };
const NOTHING: Details = new Map();

const drawn = (lines: readonly Line[]): string => `\n${lines.map(textOf).join('\n')}\n`;

describe('a sync point', () => {
  const waiting = syncPoint({
    participants: ['builder', 'tester', 'linter', 'packager', 'docs'],
    arrivedParticipants: ['builder'],
    failedParticipants: ['tester'],
    excusedParticipants: ['docs'],
    deadline: secondsAgo(-754),
    endWhen: 'everyone',
    quorum: 3,
  });
  const details: Details = new Map([
    ['builder', { at: secondsAgo(125), reason: null }],
    ['tester', { at: secondsAgo(20), reason: '3 tests\nfail' }],
    ['docs', { at: secondsAgo(200), reason: 'Not needed today' }],
  ]);

  test('shows who is missing first, then who failed, with times and reasons', () => {
    expect(drawn(rosterView(waiting, details, SURROUNDINGS))).toMatchInlineSnapshot(`
      "
      Nightly build  nightly
      waiting   12:34 left
      ████████░░░░░░░░░░░░░░░░  1 of 3 needed   2 missing, 1 failed, 1 excused, 1 arrived

        … linter    missing
        … packager  missing
        ✗ tester    failed   20 s ago    3 tests fail
        – docs      excused  3 min ago   Not needed today
        ✓ builder   arrived  2 min ago
      "
    `);
  });

  test('counts those that do not fit', () => {
    expect(drawn(rosterView(waiting, details, { ...SURROUNDINGS, rows: 7 }))).toMatchInlineSnapshot(`
      "
      Nightly build  nightly
      waiting   12:34 left
      ████████░░░░░░░░░░░░░░░░  1 of 3 needed   2 missing, 1 failed, 1 excused, 1 arrived

        … linter    missing
        … packager  missing
          and 3 more: 1 failed, 1 excused, 1 arrived
      "
    `);
  });

  test('is never longer or wider than the terminal', () => {
    const long = syncPoint({ name: '名前'.repeat(100), participants: Array.from({ length: 500 }, (_, i) => `a${i}`) });
    for (const [columns, rows] of [
      [20, 3],
      [7, 5],
      [120, 50],
    ] as const) {
      const lines = rosterView(long, NOTHING, { nowMs: NOW_MS, columns, rows });
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(Math.max(...lines.map((line) => widthOf(textOf(line))))).toBeLessThanOrEqual(columns);
    }
  });

  test('has ended', () => {
    const end = { endedAt: secondsAgo(60), endedBy: 'orchestrator', endReason: 'The release is off' } as const;
    const lines = rosterView(syncPoint({ status: 'cancelled', ...end }), NOTHING, SURROUNDINGS);
    expect(lines.slice(1, 2).map(textOf)).toEqual(['cancelled by orchestrator after 4:00   The release is off']);
  });

  test('warns as the deadline comes near', () => {
    const styles = (deadline: string | null, warnSeconds: number | null = null) =>
      rosterView(syncPoint({ deadline, warnSeconds }), NOTHING, SURROUNDINGS)[1]?.map(({ text, style }) => [
        text,
        style,
      ]);
    expect(styles(secondsAgo(-61))).toContainEqual(['   1:01 left', undefined]);
    expect(styles(secondsAgo(-60))).toContainEqual(['   1:00 left', 'yellow']);
    expect(styles(secondsAgo(-61), 300)).toContainEqual(['   1:01 left', 'yellow']);
    expect(styles(secondsAgo(1))).toContainEqual(['   the deadline has passed', 'red']);
    expect(styles(null)).toContainEqual(['   no deadline', 'dim']);
  });

  test('without a terminal, says each change in a line', () => {
    const before = syncPoint();
    const now = syncPoint({
      arrivedParticipants: ['builder'],
      failedParticipants: ['tester'],
      status: 'failed',
      endedAt: secondsAgo(0),
      endedBy: 'system',
      endReason: '3 tests fail',
    });
    expect(syncPointChanges(undefined, before, NOTHING)).toEqual([
      'Nightly build: waiting, 4 missing (builder, tester, linter, packager)',
    ]);
    expect(syncPointChanges(before, now, details)).toEqual([
      'builder arrived (2 of 4 missing)',
      'tester failed: 3 tests fail (2 of 4 missing)',
      'failed: 3 tests fail',
    ]);
    expect(syncPointChanges(now, now, details)).toEqual([]);
  });
});

describe('a tracker', () => {
  const active = tracker({
    participants: ['loader', 'indexer', 'writer', 'checker'],
    participantProgress: { loader: 6, indexer: 10, writer: 3 },
    arrivedParticipants: ['indexer'],
    failedParticipants: ['writer'],
    percent: 47.5,
    etaSeconds: 95,
    lastProgressAt: secondsAgo(25),
  });
  const details: Details = new Map([
    ['loader', { at: null, reason: null, lastReportAt: secondsAgo(25) }],
    ['indexer', { at: secondsAgo(70), reason: null }],
    ['writer', { at: secondsAgo(190), reason: 'The disk is full' }],
  ]);

  test('shows a bar for each participant, the speed and the time left', () => {
    expect(drawn(trackerView(active, details, NOW_MS - 5_000, SURROUNDINGS))).toMatchInlineSnapshot(`
      "
      Import of the catalogue  import
      active   no deadline   7.3 steps/min   done in about 1:30
        overall  ██████████████░░░░░░░░░░░░░░░░  47 %  1 of 4 done, 1 failed

        loader   ██████████████████░░░░░░░░░░░░  60 %  6/10     25 s ago
        indexer  ██████████████████████████████ 100 %  10/10    arrived  70 s ago
        writer   █████████░░░░░░░░░░░░░░░░░░░░░  30 %  3/10     failed   3 min ago   The disk is full
        checker  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0 %  0/10
      "
    `);
  });

  test('shows those that are behind if not all fit', () => {
    expect(drawn(trackerView(active, details, NOW_MS, { ...SURROUNDINGS, rows: 7 }))).toMatchInlineSnapshot(`
      "
      Import of the catalogue  import
      active   no deadline   7.0 steps/min   done in about 1:35
        overall  ██████████████░░░░░░░░░░░░░░░░  47 %  1 of 4 done, 1 failed

        checker  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0 %  0/10
        loader   ██████████████████░░░░░░░░░░░░  60 %  6/10     25 s ago
          and 2 more: 1 failed, 1 arrived
      "
    `);
  });

  test('shows the step of the creator if that decides, and that it is stalled', () => {
    const decided = tracker({ completeWhen: 'creator', currentStep: 4, percent: 40, stalledSince: secondsAgo(303) });
    expect(drawn(trackerView(decided, NOTHING, NOW_MS, SURROUNDINGS).slice(0, 3))).toMatchInlineSnapshot(`
      "
      Import of the catalogue  import
      active   no deadline   stalled for 5:03
        overall  ████████████░░░░░░░░░░░░░░░░░░  40 %  4/10
      "
    `);
  });

  test('without a terminal, says each change in a line', () => {
    const now = tracker({ ...active, participantProgress: { ...active.participantProgress, loader: 7 }, percent: 50 });
    expect(trackerChanges(undefined, active, NOTHING)).toEqual([
      'Import of the catalogue: active, 2 missing, 1 failed, 1 arrived (loader, checker), 47.5 %',
    ]);
    expect(trackerChanges(active, now, NOTHING)).toEqual(['loader 7/10 (overall 50 %)']);
    expect(trackerChanges(now, { ...now, stalledSince: secondsAgo(0) }, NOTHING)).toEqual([
      'stalled since 2026-03-01T12:05:00.000Z',
    ]);
  });
});

describe('a line', () => {
  test('takes no commands to the terminal from names and reasons', () => {
    const wicked = 'a\u001b[2J\u0007b\r\nc\u009b31m\u202ed\u001b]0;title\u0007';

    expect(withoutControls(wicked)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(withoutControls(wicked)).toMatch(/^a.*b c.*d/);
  });

  test('is as wide as a terminal draws it', () => {
    expect(['plain', 'é', 'e\u0301', '名前', '👩‍👩‍👧', '█░✓'].map(widthOf)).toEqual([5, 1, 1, 4, 2, 3]);
    expect([cut('builder', 7), cut('builder', 5), cut('名前が', 4), cut('x', 0)]).toEqual([
      'builder',
      'buil…',
      '名…',
      '',
    ]);
    expect(widthOf(pad('名前が', 4))).toBe(4);
  });

  test('has colours only where they are wanted', () => {
    const line: Line = [{ text: 'failed', style: 'red' }, { text: ' ' }];
    expect([paint(line, true), paint(line, false)]).toEqual(['\u001b[31mfailed\u001b[39m ', 'failed']);
  });
});

test('durations read like a clock', () => {
  expect([-1, 7_900, 754_000, 3_723_000, 183_600_000].map(clockTime)).toEqual([
    '0:00',
    '0:07',
    '12:34',
    '1:02:03',
    '2 d 3 h',
  ]);
});
