import { MusterError } from '../../lib/common/errors';
import type { Model } from './linearizability';
import { type SyncPointStatus } from './operations';

export type Outcome = 'arrived' | 'failed' | 'excused';

/**
 * A sync point as one object that does one thing at a time. Clocks of those who ask may differ, so each act bears the
 * time by which it was done: a range where only the asker's is known.
 */
export type SyncPointAct = { readonly fromMs: number; readonly toMs: number } & (
  | { readonly kind: 'arrive' | 'fail' | 'excuse'; readonly who: string }
  | { readonly kind: 'end'; readonly as: 'cancelled' | 'completed' | 'failed' }
  | { readonly kind: 'move'; readonly deadlineMs: number | null }
  /**
   * `look`: a read, or the status in the answer of a failure, which is looked up after it. `glance`: the status in the
   * answer of an arrival or an excuse, which may not look at all pages.
   */
  | { readonly kind: 'look' | 'glance' }
);

/** What an act was answered. */
export interface SyncPointTold {
  /** `ok`, or the code of the refusal. */
  readonly code: string;
  /** Of a look, and of a refusal that tells it. */
  readonly status?: SyncPointStatus | undefined;
  /** Of an arrival, a failure or an excuse. */
  readonly repeated?: boolean;
  /** The time of that outcome. */
  readonly at?: string;
}

export interface SyncPointRules {
  readonly participants: readonly string[];
  readonly deadlineMs: number | null;
  /** null: everyone that is not excused. */
  readonly quorum?: number | null;
  readonly endWhen?: 'decided' | 'everyone';
  /** With one page, the arrival that makes the quorum is the ending; with several, that comes a moment later. */
  readonly onePage?: boolean;
}

/** Each outcome with its time, as it was told; null: nobody was told. */
export type Outcomes = Readonly<Record<string, { readonly outcome: Outcome; readonly at: string | null }>>;

export interface SyncPointState {
  readonly status: SyncPointStatus;
  readonly outcomes: Outcomes;
  readonly deadlineMs: number | null;
}

/** What the outcomes of so many participants imply, whatever else happens; null: it is still open. */
export function impliedBy(
  outcomes: readonly Outcome[],
  participants: number,
  quorum: number | null,
): 'completed' | 'failed' | null {
  const count = (one: Outcome): number => outcomes.filter((outcome) => outcome === one).length;
  const possible = participants - count('failed') - count('excused');
  if (quorum === null) {
    if (count('failed') > 0) return 'failed';
    return count('arrived') === possible ? 'completed' : null;
  }
  if (count('arrived') >= quorum) return 'completed';
  return possible < quorum ? 'failed' : null;
}

export function syncPointModel(
  rules: SyncPointRules,
  outcomes: Outcomes = {},
): Model<SyncPointState, SyncPointAct, SyncPointTold> {
  return {
    initial: { status: 'waiting', outcomes, deadlineMs: rules.deadlineMs },
    step: (state, act, told) =>
      asOf(rules, state, act).flatMap((current) => {
        const { after, answer } = perform(rules, current, act, told);
        return told === null || agrees(answer, told) ? [after] : [];
      }),
  };
}

const implied = ({ participants, quorum = null }: SyncPointRules, { outcomes }: SyncPointState) =>
  impliedBy(
    Object.values(outcomes).map(({ outcome }) => outcome),
    participants.length,
    quorum,
  );

const nobodyIsPending = ({ participants }: SyncPointRules, { outcomes }: SyncPointState): boolean =>
  Object.keys(outcomes).length === participants.length;

/**
 * The states in which an act may find it. The deadline comes first: whoever acts after it finds the sync point ended.
 * What the outcomes imply ends it a moment later; until then outcomes are taken, but for a reader there is no moment.
 */
function asOf(rules: SyncPointRules, state: SyncPointState, { kind, fromMs, toMs }: SyncPointAct): SyncPointState[] {
  const { status, deadlineMs } = state;
  if (status !== 'waiting') return [state];
  const verdict = implied(rules, state);
  const late = deadlineMs !== null && toMs >= deadlineMs ? [{ ...state, status: verdict ?? ('expired' as const) }] : [];
  if (deadlineMs !== null && fromMs >= deadlineMs) return late;
  if (verdict === null || rules.endWhen === 'everyone') return [state, ...late];
  return [{ ...state, status: verdict }, ...(kind === 'look' ? [] : [state]), ...late];
}

const OWN: Readonly<Record<'arrive' | 'fail' | 'excuse', Outcome>> = {
  arrive: 'arrived',
  fail: 'failed',
  excuse: 'excused',
};

function perform(
  rules: SyncPointRules,
  state: SyncPointState,
  act: SyncPointAct,
  told: SyncPointTold | null,
): { after: SyncPointState; answer: SyncPointTold } {
  const { status, outcomes } = state;
  const ok = (changes: Partial<SyncPointState> = {}, answer: Partial<SyncPointTold> = {}) => ({
    after: { ...state, ...changes },
    answer: { code: 'ok', ...answer },
  });
  const refused = (code: string) => ({ after: state, answer: { code } });
  const ended = {
    after: state,
    answer: { code: status === 'expired' ? 'sync-point.expired' : 'sync-point.not-waiting', status },
  };
  switch (act.kind) {
    case 'look':
    case 'glance':
      return ok({}, { status });
    case 'arrive':
    case 'fail':
    case 'excuse': {
      const first = outcomes[act.who];
      const wanted = OWN[act.kind];
      if (first?.outcome === wanted) return ok({}, { repeated: true, ...(first.at !== null && { at: first.at }) });
      if (first) {
        return refused(first.outcome === 'excused' ? 'sync-point.excused' : `sync-point.${first.outcome}-otherwise`);
      }
      if (status !== 'waiting') return ended;
      const after = {
        ...state,
        outcomes: inOrder({ ...outcomes, [act.who]: { outcome: wanted, at: told?.at ?? null } }),
      };
      return ok({ ...after, status: statusAfter(rules, after) }, { repeated: false });
    }
    case 'end': {
      // Enough have arrived: nothing but completed can follow, unless it waits for everyone.
      const mayEnd = rules.endWhen === 'everyone' || implied(rules, state) !== 'completed';
      if (status === 'waiting' && mayEnd) return ok({ status: act.as });
      const as = status === 'waiting' ? ('completed' as const) : status;
      const after = { ...state, status: as };
      return as === act.as ? { after, answer: { code: 'ok' } } : { after, answer: { ...ended.answer, status: as } };
    }
    case 'move':
      if (act.deadlineMs !== null && act.deadlineMs <= act.fromMs) return refused('request.invalid');
      return status === 'waiting' ? ok({ deadlineMs: act.deadlineMs }) : ended;
  }
}

/** What an outcome ends at once. */
function statusAfter(rules: SyncPointRules, state: SyncPointState): SyncPointStatus {
  const verdict = implied(rules, state);
  const settlesItself = rules.onePage === true && rules.endWhen !== 'everyone' && (rules.quorum ?? null) !== null;
  const isEnd = nobodyIsPending(rules, state) || (settlesItself && verdict === 'completed');
  return isEnd && verdict !== null ? verdict : 'waiting';
}

/** States are compared as text. */
export const inOrder = <Value>(record: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));

/** Only what both tell can differ. */
function agrees(answer: SyncPointTold, told: SyncPointTold): boolean {
  return (
    answer.code === told.code &&
    (['status', 'repeated', 'at'] as const).every(
      (name) => answer[name] === undefined || told[name] === undefined || answer[name] === told[name],
    )
  );
}

/** null: nobody was told, as the request failed in a way that says nothing of its effect. */
export function refusalOf(reason: unknown): { code: string; extensions: Readonly<Record<string, unknown>> } | null {
  if (!(reason instanceof MusterError) || reason.retryable) return null;
  return { code: reason.code, extensions: reason.extensions };
}
