/**
 * `npm run recordings`: draws what `muster sync-points watch` and `muster trackers watch` show into docs/watch-*.svg,
 * for the README, by the code that draws on a terminal.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Line } from '../cli/live/line';
import { rosterView } from '../cli/live/roster-view';
import { trackerView } from '../cli/live/tracker-view';
import type { Detail } from '../cli/live/view';
import type { Style } from '../cli/style';
import { syncPoint, tracker } from '../cli/test/rosters';
import { widthOf } from '../cli/text';

const STARTED_MS = Date.parse('2026-03-01T12:00:00.000Z');
const COLUMNS = 84;
const ROWS = 24;

const at = (seconds: number): string => new Date(STARTED_MS + seconds * 1_000).toISOString();

interface Outcome extends Detail {
  readonly agentId: string;
  readonly seconds: number;
}

const outcome = (agentId: string, seconds: number, reason: string | null = null): Outcome => ({
  agentId,
  seconds,
  at: at(seconds),
  reason,
});

const ARRIVALS = [outcome('builder', 48), outcome('tester-1', 71), outcome('tester-2', 74), outcome('packager', 96)];
const EXCUSES = [outcome('docs', 60, 'nothing has changed')];

function syncPointFrame(seconds: number): Line[] {
  const past = (outcomes: readonly Outcome[]) => outcomes.filter((each) => each.seconds <= seconds);
  const [arrived, excused] = [past(ARRIVALS), past(EXCUSES)];
  const known = [...arrived, ...excused];
  const participants = ['builder', 'tester-1', 'tester-2', 'docs', 'packager'];
  const hasEnded = known.length === participants.length;
  const point = syncPoint({
    participants,
    arrivedParticipants: arrived.map(({ agentId }) => agentId),
    excusedParticipants: excused.map(({ agentId }) => agentId),
    deadline: at(150),
    ...(hasEnded && { status: 'completed', endedAt: at(96), endedBy: 'system' }),
  });
  const details = new Map(known.map((each) => [each.agentId, each]));
  return rosterView(point, details, { nowMs: STARTED_MS + seconds * 1_000, columns: COLUMNS, rows: ROWS });
}

/** Steps per minute of each, up to the total. */
const SPEEDS = { loader: 40, indexer: 30, writer: 22 };
const TOTAL_STEPS = 60;

function trackerFrame(seconds: number): Line[] {
  const steps = Object.entries(SPEEDS).map(
    ([id, perMinute]) => [id, Math.min(TOTAL_STEPS, Math.floor((perMinute * seconds) / 60))] as const,
  );
  const done = steps.filter(([, step]) => step === TOTAL_STEPS).map(([id]) => id);
  const missing = steps.filter(([, step]) => step < TOTAL_STEPS);
  const speed = missing.reduce((sum, [id]) => sum + SPEEDS[id as keyof typeof SPEEDS], 0);
  const left = missing.reduce((sum, [, step]) => sum + TOTAL_STEPS - step, 0);
  const hasEnded = missing.length === 0;
  const shown = tracker({
    participants: steps.map(([id]) => id),
    arrivedParticipants: done,
    totalSteps: TOTAL_STEPS,
    participantProgress: Object.fromEntries(steps),
    percent: (100 * steps.reduce((sum, [, step]) => sum + step, 0)) / (TOTAL_STEPS * steps.length),
    lastProgressAt: at(seconds),
    etaSeconds: hasEnded ? null : Math.ceil((left / speed) * 60),
    ...(hasEnded && { status: 'completed', endedAt: at(seconds), endedBy: 'system' }),
  });
  const nowMs = STARTED_MS + seconds * 1_000;
  const details = new Map(
    steps.map(([id, step]) => {
      const arrivedAfter = (TOTAL_STEPS / SPEEDS[id as keyof typeof SPEEDS]) * 60;
      const arrivedAt = step === TOTAL_STEPS ? at(arrivedAfter) : null;
      return [id, { at: arrivedAt, reason: null, lastReportAt: at(seconds - 2) }] as const;
    }),
  );
  return trackerView(shown, details, nowMs, { nowMs, columns: COLUMNS, rows: ROWS });
}

const COLORS: Readonly<Record<Style, string>> = {
  green: 'fill="#3fb950"',
  red: 'fill="#f85149"',
  yellow: 'fill="#d29922"',
  cyan: 'fill="#39c5cf"',
  dim: 'fill="#7d8590"',
  bold: 'fill="#ffffff" font-weight="bold"',
};

/** Of a cell, in pixels; and for how long a frame is seen. */
const CELL = { width: 8.4, height: 20 };
const PADDING = 16;
const BAR_HEIGHT = 12;
const FRAME_SECONDS = 1.5;

const escape = (text: string): string => text.replace(/[&<>]/g, (found) => `&#${found.charCodeAt(0)};`);

/** Frames on top of each other, each shown in its turn; where nothing moves, the last one is seen. */
function picture(command: string, frames: readonly (readonly Line[])[]): string {
  const prompt: Line = [{ text: '$ ', style: 'dim' }, { text: command }];
  const rows = 1 + Math.max(...frames.map(({ length }) => length));
  const [width, height] = [COLUMNS * CELL.width + 2 * PADDING, rows * CELL.height + 2 * PADDING];
  const share = 100 / frames.length;
  const seconds = frames.length * FRAME_SECONDS;
  const drawn = frames.map((lines, index) => {
    const isLast = index === frames.length - 1;
    const style = isLast ? '' : ' opacity="0"';
    const delay = `style="animation-delay:${index * FRAME_SECONDS}s"`;
    return `<g class="frame"${style} ${delay}>\n${lines.map((line, row) => textLine(line, row + 1)).join('')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${escape(command)}</title>
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre; fill: #e6edf3 }
@keyframes turn { 0%, ${(share - 0.01).toFixed(2)}% { opacity: 1 } ${share.toFixed(2)}%, 100% { opacity: 0 } }
@media (prefers-reduced-motion: no-preference) {
.frame { opacity: 0; animation: turn ${seconds}s linear infinite }
}
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#0d1117" stroke="#3d444d"/>
${textLine(prompt, 0)}${drawn.join('\n')}
</svg>
`;
}

/** Each span at its column and as wide as its cells, whatever the font makes of it. */
function textLine(line: Line, row: number): string {
  const y = PADDING + (row + 0.75) * CELL.height;
  const bars: string[] = [];
  let column = 0;
  const spans = line.map(({ text, style }) => {
    const [x, cells] = [PADDING + column * CELL.width, widthOf(text)];
    column += cells;
    if (text.trim() === '') return '';
    const color = style === undefined ? '' : ` ${COLORS[style]}`;
    if (/^(█+|░+)$/.test(text)) {
      // Many fonts leave gaps between blocks.
      const fill = text.startsWith('░') ? ' fill="#30363d"' : color || ' fill="#e6edf3"';
      const size = `width="${round(cells * CELL.width)}" height="${BAR_HEIGHT}"`;
      bars.push(`<rect x="${round(x)}" y="${y - BAR_HEIGHT + 1}" ${size}${fill}/>`);
      return '';
    }
    const length = `textLength="${round(cells * CELL.width)}" lengthAdjust="spacingAndGlyphs"`;
    return `<tspan x="${round(x)}" ${length}${color}>${escape(text)}</tspan>`;
  });
  const drawn = spans.join('');
  const written = drawn === '' ? '' : `<text y="${y}" xml:space="preserve">${drawn}</text>\n`;
  return bars.map((bar) => `${bar}\n`).join('') + written;
}

const round = (value: number): string => String(Math.round(value * 10) / 10);

const PICTURES: Readonly<Record<string, string>> = {
  'docs/watch-sync-point.svg': picture(
    'muster sync-points watch nightly',
    [30, 50, 65, 74, 92, 96].map(syncPointFrame),
  ),
  'docs/watch-tracker.svg': picture('muster trackers watch import', [12, 40, 70, 95, 140, 164].map(trackerFrame)),
};

for (const [file, svg] of Object.entries(PICTURES)) {
  if (!process.argv.includes('--check')) writeFileSync(file, svg);
  else if (readFileSync(file, 'utf8') !== svg) {
    process.stderr.write(`${file} is out of date; run npm run recordings.\n`);
    process.exitCode = 1;
  }
}
