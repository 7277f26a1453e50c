import { describe, expect, test } from '@jest/globals';
import { Output } from '../output';
import { hasColor, type Terminal } from '../terminal';
import { duration, relative } from '../text';
import { parseSeconds } from '../values';
import { testTerminal } from './run';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const COLUMNS = [
  { title: 'id', of: ({ id }: Row) => id },
  { title: 'reason', of: ({ reason }: Row) => reason, style: () => 'red' as const },
];
interface Row {
  readonly id: string;
  readonly reason: string;
}
const ROWS: readonly Row[] = [
  { id: 'nightly', reason: 'The compiler crashed' },
  { id: 'x', reason: 'no' },
];

const outputOn = (over: Partial<Terminal>): Output => new Output({ ...testTerminal(over) } as unknown as Terminal);

describe('a table', () => {
  test('is aligned, and not cut where there is no terminal', () => {
    expect(outputOn({ columns: 10 }).table(ROWS, COLUMNS)).toBe(
      'ID       REASON\nnightly  The compiler crashed\nx        no\n',
    );
  });

  test('ends at the edge of a terminal', () => {
    expect(outputOn({ isTerminal: true, columns: 14 }).table(ROWS, COLUMNS)).toBe(
      'ID       REAS…\nnightly  The …\nx        no\n',
    );
  });

  test('has colour only where it is wanted, outside of the alignment', () => {
    expect(outputOn({ color: true }).table(ROWS.slice(1), COLUMNS)).toBe(
      '\u001b[2mID  \u001b[22m\u001b[2mREASON\u001b[22m\nx   \u001b[31mno\u001b[39m\n',
    );
  });

  test("doesn't pass on control characters of other agents", () => {
    const table = outputOn({}).table([{ id: 'x', reason: '\u001b[2Jgone\nline' }], COLUMNS);
    expect(table).toBe('ID  REASON\nx   gone line\n');
  });
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  [{ TERM: 'dumb' }, true, false],
])('with %j on a terminal (%s), colour is %s', (env, isTerminal, expected) => {
  expect(hasColor(env, isTerminal)).toBe(expected);
});

test.each([
  [0, 'now'],
  [-90, '90 s ago'],
  [-3 * 60, '3 min ago'],
  [600, 'in 10 min'],
  [7_200, 'in 2 h'],
  [-3 * 86_400, '3 d ago'],
])('%i s from now is "%s"', (seconds, expected) => {
  expect(relative(new Date(NOW_MS + seconds * 1_000).toISOString(), NOW_MS)).toBe(expected);
});

test('a duration is told by its largest unit of which there are two', () => {
  expect([1, 119, 120, 7_199, 7_200].map(duration)).toEqual(['1 s', '119 s', '2 min', '120 min', '2 h']);
});

test.each([
  ['90s', 90],
  ['10m', 600],
  ['1h30m', 5_400],
  ['2d', 172_800],
  ['45', 45],
  ['0.5s', 0.5],
])('%s is %f seconds', (text, seconds) => {
  expect(parseSeconds(text)).toBe(seconds);
});

test.each(['', 'soon', '10m ', '-5s', '5 m', 'm'])('the duration %j is refused', (text) => {
  expect(() => parseSeconds(text)).toThrow('like 90s, 10m, 1h30m or 2d');
});
