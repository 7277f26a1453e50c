import { MusterError } from '../../lib/errors/muster-error';
import type { SyncPointStatus } from '../../lib/sync-points/sync-point';
import type { Model } from './linearizability';

/**
 * A sync point as one object that does one thing at a time. Clocks of those who ask may differ, so each act bears the
 * time by which it was done: a range where only the asker's is known.
 */
export type SyncPointAct = { readonly fromMs: number; readonly toMs: number } & (
  | { readonly kind: 'arrive'; readonly who: string }
  | { readonly kind: 'end'; readonly as: 'cancelled' | 'completed' }
  | { readonly kind: 'move'; readonly deadlineMs: number }
  /** A read, or the status in the answer of an arrival, which is looked up after it. */
  | { readonly kind: 'look' }
);

/** What an act was answered. */
export interface SyncPointTold {
  /** `ok`, or the code of the refusal. */
  readonly code: string;
  /** Of a look, and of a refusal that tells it. */
  readonly status?: SyncPointStatus | undefined;
  /** Of an arrival. */
  readonly repeated?: boolean;
  readonly arrivedAt?: string;
}

export interface SyncPointState {
  readonly status: SyncPointStatus;
  readonly pending: readonly string[];
  /** When each arrived, as it was told; null: nobody was told. */
  readonly arrived: Readonly<Record<string, string | null>>;
  readonly deadlineMs: number | null;
}

export function syncPointModel(
  participants: readonly string[],
  deadlineMs: number | null,
  arrived: Readonly<Record<string, string>> = {},
): Model<SyncPointState, SyncPointAct, SyncPointTold> {
  return {
    initial: {
      status: 'waiting',
      pending: participants.filter((who) => arrived[who] === undefined).sort(),
      arrived,
      deadlineMs,
    },
    step: (state, act, told) =>
      asOf(state, act).flatMap((current) => {
        const { after, answer } = perform(current, act, told);
        return told === null || agrees(answer, told) ? [after] : [];
      }),
  };
}

/** The deadline comes first: whoever acts after it finds the sync point expired. */
function asOf(state: SyncPointState, { fromMs, toMs }: SyncPointAct): SyncPointState[] {
  const { status, deadlineMs } = state;
  if (status !== 'waiting' || deadlineMs === null) return [state];
  const expired = { ...state, status: 'expired' as const };
  return [...(fromMs < deadlineMs ? [state] : []), ...(toMs >= deadlineMs ? [expired] : [])];
}

function perform(
  state: SyncPointState,
  act: SyncPointAct,
  told: SyncPointTold | null,
): { after: SyncPointState; answer: SyncPointTold } {
  const { status, pending, arrived } = state;
  const ok = (changes: Partial<SyncPointState> = {}, answer: Partial<SyncPointTold> = {}) => ({
    after: { ...state, ...changes },
    answer: { code: 'ok', ...answer },
  });
  const refused = {
    after: state,
    answer: { code: status === 'expired' ? 'sync-point.expired' : 'sync-point.not-waiting', status },
  };
  switch (act.kind) {
    case 'look':
      return ok({}, { status });
    case 'arrive': {
      const first = arrived[act.who];
      if (first !== undefined) return ok({}, { repeated: true, ...(first !== null && { arrivedAt: first }) });
      if (status !== 'waiting') return refused;
      const left = pending.filter((who) => who !== act.who);
      return ok(
        {
          pending: left,
          arrived: inOrder({ ...arrived, [act.who]: told?.arrivedAt ?? null }),
          status: left.length === 0 ? 'completed' : 'waiting',
        },
        { repeated: false },
      );
    }
    case 'end':
      if (status === 'waiting') return ok({ status: act.as });
      return status === act.as ? ok() : refused;
    case 'move':
      if (act.deadlineMs <= act.fromMs) return { after: state, answer: { code: 'request.invalid' } };
      return status === 'waiting' ? ok({ deadlineMs: act.deadlineMs }) : refused;
  }
}

/** States are compared as text. */
const inOrder = <Value>(record: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));

/** Only what both tell can differ. */
function agrees(answer: SyncPointTold, told: SyncPointTold): boolean {
  return (
    answer.code === told.code &&
    (answer.status === undefined || told.status === undefined || answer.status === told.status) &&
    (answer.repeated === undefined || told.repeated === undefined || answer.repeated === told.repeated) &&
    (answer.arrivedAt === undefined || told.arrivedAt === undefined || answer.arrivedAt === told.arrivedAt)
  );
}

/** null: nobody was told, as the request failed in a way that says nothing of its effect. */
export function refusalOf(reason: unknown): { code: string; extensions: Readonly<Record<string, unknown>> } | null {
  if (!(reason instanceof MusterError) || reason.retryable) return null;
  return { code: reason.code, extensions: reason.extensions };
}
