/** The summary as people read it. */
import { median } from '../../bench/statistics';
import type { ProcessSample } from './process-sample';
import type { Summary } from './soak';

const MIB = 1_048_576;
const SAMPLE_ROWS = 12;
const MOST_CONTRADICTIONS = 20;

export function renderSummary(summary: Summary): string {
  return [
    section('operations', operations(summary)),
    section('faults', faults(summary)),
    section('the process that serves', samples(summary)),
    contradictions(summary),
    section('checks', checks(summary)),
  ].join('\n');
}

const section = (title: string, rows: readonly (readonly string[])[]): string =>
  `\n${title}\n${columns(rows)
    .map((row) => `  ${row}\n`)
    .join('')}`;

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const operations = (summary: Summary): string[][] => [
  ['operation', 'requests', 'p50 ms', 'p99 ms', 'answers'],
  ...summary.operations.map(({ operation, total, p50Ms, p99Ms, byStatus }) => [
    operation,
    String(total),
    String(p50Ms ?? '-'),
    String(p99Ms ?? '-'),
    Object.entries(byStatus)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', '),
  ]),
];

const faults = (summary: Summary): string[][] => [
  ['service', 'fault', 'times'],
  ...summary.faults.map(({ service, fault, times }) => [service, fault, String(times)]),
  ['the whole stack', 'killed (SIGKILL) and started again', String(summary.kills)],
];

function samples({ samples: all }: Summary): string[][] {
  const every = Math.max(1, Math.floor(all.length / SAMPLE_ROWS));
  const first = all[0]?.atMs ?? 0;
  return [
    ['after s', 'process', 'RSS MiB', 'heap MiB', 'open files', 'handles', 'DynamoDB Local RSS MiB'],
    ...all
      .filter((_, index) => index % every === 0 || index === all.length - 1)
      .map((sample) => [
        String(Math.round((sample.atMs - first) / 1_000)),
        String(sample.pid),
        mib(sample.rssBytes),
        mib(sample.heapBytes),
        String(sample.openFiles ?? '-'),
        String(handlesOf(sample)),
        sample.children?.map(({ rssBytes }) => mib(rssBytes)).join(' ') ?? '-',
      ]),
    [
      'median',
      '',
      mib(median(all.map(({ rssBytes }) => rssBytes))),
      mib(median(all.map(({ heapBytes }) => heapBytes))),
    ],
  ];
}

const handlesOf = ({ resources }: ProcessSample): number =>
  Object.values(resources).reduce((sum, count) => sum + count, 0);
const mib = (bytes: number): string => (bytes / MIB).toFixed(1);

function contradictions({ contradictions: found }: Summary): string {
  if (found.length === 0) return '';
  const shown = found.slice(0, MOST_CONTRADICTIONS).map(({ id, sentence }) => [id, sentence]);
  const rest = found.length - shown.length;
  return section('what may not be', rest > 0 ? [...shown, ['…', `and ${rest} more`]] : shown);
}

const checks = ({ verdicts }: Summary): string[][] =>
  verdicts.map(({ check, holds, detail }) => [holds === null ? '-' : holds ? 'holds' : 'BROKEN', check, detail.trim()]);
