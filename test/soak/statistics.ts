/** Counts and latencies of a run. */
import { percentile } from '../../bench/statistics';

/** Status of the answer; or why there was none: the client dropped the connection, or it broke. */
export type Answered = number | 'dropped' | 'broken';

export interface OperationFigures {
  readonly operation: string;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly total: number;
  /** Of those that were answered. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export class Statistics {
  readonly #operations = new Map<string, { readonly byStatus: Map<string, number>; readonly ms: number[] }>();

  record(operation: string, answered: Answered, ms: number): void {
    const known = this.#operations.get(operation) ?? { byStatus: new Map<string, number>(), ms: [] };
    this.#operations.set(operation, known);
    known.byStatus.set(String(answered), (known.byStatus.get(String(answered)) ?? 0) + 1);
    if (typeof answered === 'number') known.ms.push(ms);
  }

  figures(): OperationFigures[] {
    return [...this.#operations]
      .map(([operation, { byStatus, ms }]) => ({
        operation,
        byStatus: Object.fromEntries([...byStatus].sort(([one], [other]) => (one < other ? -1 : 1))),
        total: [...byStatus.values()].reduce((sum, count) => sum + count, 0),
        p50Ms: ms.length === 0 ? null : Math.round(percentile(ms, 0.5)),
        p99Ms: ms.length === 0 ? null : Math.round(percentile(ms, 0.99)),
      }))
      .sort((one, other) => (one.operation < other.operation ? -1 : 1));
  }
}
