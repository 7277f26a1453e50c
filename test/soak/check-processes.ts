/**
 * Whether the process that serves grows: its memory under load, and what it holds open once load has stopped.
 *
 *     a process under load      warm-up | second third | last third     medians of the two are compared
 *     idle                      after the warm-up of the run, and at its end
 */
import { median } from '../../bench/statistics';
import type { ProcessSample } from './process-sample';
import type { Verdict } from './verdict';

export interface Measurements {
  /** Of one process under load, in order. */
  readonly underLoad: readonly ProcessSample[];
  /** Nobody asked anything: at the beginning, and at the end. */
  readonly idleBefore: readonly ProcessSample[];
  readonly idleAfter: readonly ProcessSample[];
}

/** Fewer tell nothing of a trend. */
const MIN_SAMPLES_A_THIRD = 10;
const MIB = 1_048_576;

/**
 * Above these a median has grown. What is left after a collection of garbage is exact to a few MiB (what is under way
 * at the moment); RSS also has what the allocator keeps for later.
 */
const LIMITS = {
  heap: { factor: 1.1, extraBytes: 5 * MIB },
  rss: { factor: 1.15, extraBytes: 20 * MIB },
};

/** What is of the moment: polls of the queues, of the stream, of the checkpoint. */
const SPARE = 10;
/** An agent of the AWS SDK opens at most 50 connections and keeps those that were ever needed at once. */
const POOLED = 50;

/** They are counted apart, although they are files and handles as well. */
const socketsOf = ({ resources }: ProcessSample): number => resources['TCPSocketWrap'] ?? 0;

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

export function checkProcesses(measured: Measurements): Verdict[] {
  return [
    flat('heap is flat', measured.underLoad, LIMITS.heap, ({ heapBytes }) => heapBytes),
    flat('memory (RSS) is flat', measured.underLoad, LIMITS.rss, ({ rssBytes }) => rssBytes),
    backToIdle(
      'open files are closed',
      measured,
      SPARE,
      (sample) => sample.openFiles && sample.openFiles - socketsOf(sample),
    ),
    backToIdle('connections are pooled', measured, POOLED, socketsOf),
    backToIdle('handles are released', measured, SPARE, (sample) =>
      Object.values(sample.resources).reduce((sum, count) => sum + count, -socketsOf(sample)),
    ),
    sameChildren(measured),
  ];
}

function flat(
  check: string,
  samples: readonly ProcessSample[],
  { factor, extraBytes }: { readonly factor: number; readonly extraBytes: number },
  bytesOf: (sample: ProcessSample) => number,
): Verdict {
  const third = Math.floor(samples.length / 3);
  if (third < MIN_SAMPLES_A_THIRD) {
    return {
      check,
      holds: null,
      detail: `not judged: ${samples.length} samples, ${3 * MIN_SAMPLES_A_THIRD} are needed`,
    };
  }
  const before = median(samples.slice(-2 * third, -third).map(bytesOf));
  const after = median(samples.slice(-third).map(bytesOf));
  const limit = before * factor + extraBytes;
  return {
    check,
    holds: after <= limit,
    detail: `median of the second third ${mib(before)}, of the last ${mib(after)}; limit ${mib(limit)}`,
  };
}

function backToIdle(
  check: string,
  { idleBefore, idleAfter }: Measurements,
  spare: number,
  countOf: (sample: ProcessSample) => number | null,
): Verdict {
  const counts = (samples: readonly ProcessSample[]): number[] =>
    samples.map(countOf).filter((count): count is number => count !== null);
  const [before, after] = [counts(idleBefore), counts(idleAfter)];
  if (before.length === 0 || after.length === 0) {
    return { check, holds: null, detail: 'not checked: there were no samples, or this system has no /proc' };
  }
  const limit = Math.round(median(before)) + spare;
  const now = Math.round(median(after));
  return {
    check,
    holds: now <= limit,
    detail: `idle ${Math.round(median(before))} before, ${now} after; limit ${limit}`,
  };
}

function sameChildren({ idleBefore, idleAfter }: Measurements): Verdict {
  const check = 'child processes are the same';
  const [before, after] = [idleBefore.at(-1)?.children, idleAfter.at(-1)?.children];
  if (!before || !after) {
    return { check, holds: null, detail: 'not checked: there were no samples, or this system has no /proc' };
  }
  // The first start compiles what it runs, and its compiler stays; later starts find it compiled.
  const names = (children: typeof before): string =>
    children
      .map(({ name }) => name)
      .filter((name) => name !== 'esbuild')
      .sort()
      .join(' ');
  return { check, holds: names(before) === names(after), detail: `[${names(before)}] before, [${names(after)}] after` };
}
