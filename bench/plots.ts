/** Line plots with two logarithmic axes, as SVG. */
import { type AlternativeResult, DESIGNS } from './parts/alternatives';
import type { HerdResult } from './parts/herd';

interface Line {
  readonly name: string;
  /** Above zero. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 640;
const HEIGHT = 380;
const MARGIN = { left: 70, right: 170, top: 40, bottom: 50 };
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00'];

export const plotWriteUnits = (results: readonly AlternativeResult[]): string =>
  plot(
    'Write units per arrival',
    'participants',
    DESIGNS.map((design) => ({
      name: design,
      points: results
        .filter((one) => one.design === design)
        .map((one) => [one.participants, one.writeUnitsPerArrival] as const),
    })),
  );

export const plotHerd = (results: readonly HerdResult[]): string =>
  plot('All arrive at once at the laptop stack: milliseconds until …', 'participants', [
    { name: 'all have arrived', points: results.map((one) => [one.participants, one.allArrivedMs.median] as const) },
    { name: 'the last inbox knows', points: results.map((one) => [one.participants, one.allToldMs.median] as const) },
  ]);

/** Powers of ten around the values. */
function decades(values: readonly number[]): number[] {
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
}

function plot(title: string, xTitle: string, lines: readonly Line[]): string {
  const xs = decades(lines.flatMap(({ points }) => points.map(([x]) => x)));
  const ys = decades(lines.flatMap(({ points }) => points.map(([, y]) => y)));
  const along = (value: number, ticks: readonly number[]): number => {
    const [first = 1, last = 10] = [ticks[0], ticks.at(-1)];
    return (Math.log10(value) - Math.log10(first)) / (Math.log10(last) - Math.log10(first));
  };
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const xOf = (value: number): string => (MARGIN.left + along(value, xs) * (right - MARGIN.left)).toFixed(1);
  const yOf = (value: number): string => (bottom - along(value, ys) * (bottom - MARGIN.top)).toFixed(1);
  const label = (value: number): string => value.toLocaleString('en-US');
  const grid = [
    ...xs.map(
      (x) =>
        `<line x1="${xOf(x)}" y1="${MARGIN.top}" x2="${xOf(x)}" y2="${bottom}" stroke="#ddd"/>` +
        `<text x="${xOf(x)}" y="${bottom + 18}" text-anchor="middle">${label(x)}</text>`,
    ),
    ...ys.map(
      (y) =>
        `<line x1="${MARGIN.left}" y1="${yOf(y)}" x2="${right}" y2="${yOf(y)}" stroke="#ddd"/>` +
        `<text x="${MARGIN.left - 8}" y="${Number(yOf(y)) + 4}" text-anchor="end">${label(y)}</text>`,
    ),
  ];
  const drawn = lines.flatMap(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '#000';
    const path = points.map(([x, y]) => `${xOf(x)},${yOf(y)}`).join(' ');
    const legendY = MARGIN.top + 12 + index * 20;
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...points.map(([x, y]) => `<circle cx="${xOf(x)}" cy="${yOf(y)}" r="3" fill="${colour}"/>`),
      `<rect x="${right + 14}" y="${legendY - 9}" width="12" height="12" fill="${colour}"/>`,
      `<text x="${right + 32}" y="${legendY + 2}">${name}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="24" font-size="14">${title}</text>`,
    ...grid,
    ...drawn,
    `<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${xTitle}</text>`,
    '</svg>',
    '',
  ].join('\n');
}
