/**
 * Whether a concurrent history can be explained by a sequential one: each operation takes effect at one moment between
 * its invocation and its answer, and all answers are what a sequential object would have given (Herlihy and Wing,
 * 1990). The search is that of Wing and Gong with the memory of Lowe: a set of done operations with a state is tried
 * once.
 */
export interface Operation<Act, Told> {
  readonly act: Act;
  /** null: nobody knows. It may have taken effect at any time since it began, or never. */
  readonly told: Told | null;
  readonly began: number;
  /** Infinity: never answered. */
  readonly ended: number;
  /** An operation of the same request that comes before this one. */
  readonly after?: Operation<Act, Told>;
}

export interface Model<State, Act, Told> {
  readonly initial: State;
  /** The states after the act, of which there may be several; none when it would not have been told so. */
  step(state: State, act: Act, told: Told | null): readonly State[];
}

export type Verdict<Act, Told> =
  | { readonly linearizable: true }
  /** Those that can't be explained, after the longest part of the history that can. */
  | { readonly linearizable: false; readonly stuckAt: readonly Operation<Act, Told>[] };

export function checkLinearizable<State, Act, Told>(
  model: Model<State, Act, Told>,
  history: readonly Operation<Act, Told>[],
): Verdict<Act, Told> {
  // Nothing can be learned of what nobody knows and nothing came after.
  const operations = [...history].sort((one, other) => one.began - other.began);
  const positions = new Map(operations.map((operation, index) => [operation, index]));
  const tried = new Set<string>();
  let longest = -1;
  let stuckAt: readonly Operation<Act, Told>[] = [];

  const search = (done: bigint, count: number, state: State): boolean => {
    const open = operations.filter((_, index) => !(done & (1n << BigInt(index))));
    const owed = open.filter(({ told }) => told !== null);
    if (owed.length === 0) return true;
    const key = `${done.toString(36)} ${JSON.stringify(state)}`;
    if (tried.has(key)) return false;
    tried.add(key);
    const firstEnd = Math.min(...open.map(({ ended }) => ended));
    const next = open.filter(({ began, after }) => began <= firstEnd && (!after || !open.includes(after)));
    if (count > longest) [longest, stuckAt] = [count, next];
    return next.some((operation) => {
      const mark = done | (1n << BigInt(positions.get(operation) ?? 0));
      return model.step(state, operation.act, operation.told).some((after) => search(mark, count + 1, after));
    });
  };
  return search(0n, 0, model.initial) ? { linearizable: true } : { linearizable: false, stuckAt };
}
