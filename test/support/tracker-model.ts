import type { TrackerStatus } from '../../lib/trackers/tracker';
import type { Model } from './linearizability';
import { impliedBy, inOrder, type Outcome } from './sync-point-model';

/** A progress tracker as one object that does one thing at a time, each by a time as with sync points. */
export type TrackerAct = { readonly fromMs: number; readonly toMs: number } & (
  | { readonly kind: 'report'; readonly who: string; readonly step: number; readonly ifStep?: number | undefined }
  | { readonly kind: 'fail' | 'excuse'; readonly who: string }
  | { readonly kind: 'end'; readonly as: 'cancelled' | 'completed' | 'failed' }
  /** What a move looks at before it moves anything: whether the new total is below a step reported. */
  | {
      readonly kind: 'check';
      readonly totalSteps?: number | undefined;
      readonly deadlineMs?: number | null | undefined;
    }
  | { readonly kind: 'move'; readonly totalSteps?: number | undefined; readonly deadlineMs?: number | null | undefined }
  /** `look`: a read. `glance`: overall step and status in the answer of another act, which need not read all pages. */
  | { readonly kind: 'look' | 'glance' }
);

export interface TrackerTold {
  /** `ok`, or the code of the refusal. */
  readonly code: string;
  /** Of a look, and of a refusal that tells it. */
  readonly status?: TrackerStatus | undefined;
  /** The overall step, of a look. */
  readonly currentStep?: number | undefined;
  /** Of a refusal for `ifStep`, a step back, or the total reached. */
  readonly actualStep?: number | undefined;
  readonly repeated?: boolean | undefined;
}

export interface TrackerRules {
  readonly creator: string;
  readonly participants: readonly string[];
  readonly totalSteps: number;
  readonly completeWhen: 'creator' | 'everyone';
  readonly monotonic: boolean;
  readonly deadlineMs?: number | null;
}

interface ReporterState {
  readonly outcome: Outcome | 'pending';
  readonly step: number;
  /** Whether there was a report: the step of who never reported is 0, but a report of 0 is none that repeats it. */
  readonly reported: boolean;
}

export interface TrackerState {
  readonly status: TrackerStatus;
  /** The participants and the creator, whose step is the overall one. */
  readonly reporters: Readonly<Record<string, ReporterState>>;
  readonly deadlineMs: number | null;
  readonly totalSteps: number;
  /**
   * A new total reaches page after page, and everyone before it is answered or anybody looks: for these still to come,
   * it may be the total before.
   */
  readonly before: Readonly<Record<string, number>>;
}

export function trackerModel(rules: TrackerRules): Model<TrackerState, TrackerAct, TrackerTold> {
  const everybody = [...new Set([...rules.participants, rules.creator])].sort();
  return {
    initial: {
      status: 'active',
      reporters: Object.fromEntries(everybody.map((who) => [who, { outcome: 'pending', step: 0, reported: false }])),
      deadlineMs: rules.deadlineMs ?? null,
      totalSteps: rules.totalSteps,
      before: {},
    },
    step: (state, act, told) =>
      adopted(rules, state, act)
        .flatMap((current) => asOf(rules, current, act))
        .flatMap((current) => perform(rules, current, act))
        .flatMap(({ after, answer }) => (told === null || agrees(answer, told) ? [after] : [])),
  };
}

const isParticipant = ({ participants }: TrackerRules, who: string): boolean => participants.includes(who);

/** Outcomes decide nothing where the creator does. */
function implied(rules: TrackerRules, { reporters }: TrackerState): 'completed' | 'failed' | null {
  if (rules.completeWhen === 'creator') return null;
  const outcomes = rules.participants.map((who) => reporters[who]?.outcome ?? 'pending');
  return impliedBy(
    outcomes.filter((outcome) => outcome !== 'pending'),
    outcomes.length,
    null,
  );
}

/** Ends at once what leaves nobody pending, unless the creator takes no part: it may report until somebody looks. */
function settled(rules: TrackerRules, state: TrackerState): TrackerState {
  if (!isParticipant(rules, rules.creator)) return state;
  const pending = rules.participants.some((who) => state.reporters[who]?.outcome === 'pending');
  const verdict = implied(rules, state);
  return state.status === 'active' && !pending && verdict !== null ? { ...state, status: verdict } : state;
}

/** The new total for some: who has reached it has arrived, where everyone must. */
function adopt(rules: TrackerRules, state: TrackerState, whom: readonly string[]): TrackerState {
  const reporters = { ...state.reporters };
  for (const who of whom) {
    const reporter = reporters[who];
    const reaches = reporter?.outcome === 'pending' && reporter.step >= state.totalSteps;
    if (reporter && reaches && rules.completeWhen === 'everyone' && isParticipant(rules, who)) {
      reporters[who] = { ...reporter, outcome: 'arrived' };
    }
  }
  const before = Object.fromEntries(Object.entries(state.before).filter(([who]) => !whom.includes(who)));
  return settled(rules, { ...state, reporters, before });
}

/** Whoever looks at all pages first carries a move to its end. */
function adopted(rules: TrackerRules, state: TrackerState, act: TrackerAct): TrackerState[] {
  const behind = Object.keys(state.before);
  if (behind.length === 0 || state.status !== 'active') return [state];
  if (act.kind === 'glance') return [state, adopt(rules, state, behind)];
  if (act.kind !== 'report' && act.kind !== 'fail' && act.kind !== 'excuse') return [adopt(rules, state, behind)];
  return behind.includes(act.who) ? [state, adopt(rules, state, [act.who])] : [state];
}

/** As for sync points: the deadline first, and what the outcomes imply a moment later, but at once for readers. */
function asOf(rules: TrackerRules, state: TrackerState, { kind, fromMs, toMs }: TrackerAct): TrackerState[] {
  const { status, deadlineMs } = state;
  if (status !== 'active') return [state];
  const verdict = implied(rules, state);
  const late = deadlineMs !== null && toMs >= deadlineMs ? [afterDeadline(rules, state)] : [];
  if (deadlineMs !== null && fromMs >= deadlineMs) return late;
  if (verdict === null) return [state, ...late];
  return [{ ...state, status: verdict }, ...(kind === 'look' ? [] : [state]), ...late];
}

function afterDeadline(rules: TrackerRules, state: TrackerState): TrackerState {
  // The move first.
  const whole = adopt(rules, state, Object.keys(state.before));
  return whole.status === 'active' ? { ...whole, status: implied(rules, whole) ?? 'expired' } : whole;
}

interface Performed {
  readonly after: TrackerState;
  readonly answer: TrackerTold;
}

const OWN = { fail: 'failed', excuse: 'excused' } as const;

function perform(rules: TrackerRules, state: TrackerState, act: TrackerAct): Performed[] {
  const { status, reporters } = state;
  const ok = (changes: Partial<TrackerState> = {}, answer: Partial<TrackerTold> = {}): Performed => ({
    after: settled(rules, { ...state, ...changes }),
    answer: { code: 'ok', ...answer },
  });
  const refused = (code: string, answer: Partial<TrackerTold> = {}): Performed => ({
    after: state,
    answer: { code, ...answer },
  });
  const ended = refused(`progress-tracker.${status === 'expired' ? 'expired' : 'not-active'}`, { status });
  switch (act.kind) {
    case 'look':
    case 'glance':
      return [ok({}, { status, currentStep: reporters[rules.creator]?.step ?? 0 })];
    case 'report':
      return report(rules, state, act, { ok, refused, ended });
    case 'fail':
    case 'excuse': {
      if (!isParticipant(rules, act.who) && act.kind === 'excuse') return [refused('request.invalid')];
      // Where the creator decides, it ends the tracker rather than fail at it.
      const isWaitedFor = rules.completeWhen === 'everyone' || act.who !== rules.creator;
      if (!isParticipant(rules, act.who) || !isWaitedFor) return [refused('progress-tracker.not-participant')];
      const reporter = reporters[act.who] ?? NOBODY;
      const wanted = OWN[act.kind];
      if (reporter.outcome === wanted) return [ok({}, { repeated: true })];
      if (reporter.outcome === 'excused') return [refused('progress-tracker.excused')];
      if (reporter.outcome !== 'pending') return [refused(`progress-tracker.${reporter.outcome}-otherwise`)];
      if (status !== 'active') return [ended];
      return [
        ok({ reporters: inOrder({ ...reporters, [act.who]: { ...reporter, outcome: wanted } }) }, { repeated: false }),
      ];
    }
    case 'end': {
      // Where all have arrived nothing but completed can follow.
      const as = status === 'active' && implied(rules, state) === 'completed' ? 'completed' : status;
      if (as === 'active') return [ok({ status: act.as })];
      return [
        { after: { ...state, status: as }, answer: as === act.as ? { code: 'ok' } : { ...ended.answer, status: as } },
      ];
    }
    case 'check': {
      const highest = Math.max(0, ...Object.values(reporters).map(({ step }) => step));
      const isLow = act.totalSteps !== undefined && act.totalSteps < highest;
      const isPast = typeof act.deadlineMs === 'number' && act.deadlineMs <= act.fromMs;
      return [isLow || isPast ? refused('request.invalid') : ok()];
    }
    case 'move': {
      if (status !== 'active') return [ended];
      const { totalSteps = state.totalSteps, deadlineMs = state.deadlineMs } = act;
      const behind =
        totalSteps === state.totalSteps ? [] : Object.keys(reporters).filter((who) => who !== rules.creator);
      const before = Object.fromEntries(behind.map((who) => [who, state.totalSteps]));
      const moved = { ...state, totalSteps, deadlineMs, before };
      return [{ after: adopt(rules, moved, [rules.creator]), answer: { code: 'ok' } }];
    }
  }
}

const NOBODY: ReporterState = { outcome: 'pending', step: 0, reported: false };

interface Answers {
  readonly ok: (changes?: Partial<TrackerState>, answer?: Partial<TrackerTold>) => Performed;
  readonly refused: (code: string, answer?: Partial<TrackerTold>) => Performed;
  readonly ended: Performed;
}

function report(
  rules: TrackerRules,
  state: TrackerState,
  { who, step, ifStep }: Extract<TrackerAct, { kind: 'report' }>,
  { ok, refused, ended }: Answers,
): Performed[] {
  const { status, reporters } = state;
  const reporter = reporters[who] ?? NOBODY;
  const totalSteps = state.before[who] ?? state.totalSteps;
  const actualStep = reporter.step;
  const repeats = reporter.reported && step === actualStep;
  const repeated = ok({}, { repeated: true });

  if (reporter.outcome === 'arrived') {
    return [repeats ? repeated : refused('progress-tracker.finished', { actualStep })];
  }
  if (reporter.outcome !== 'pending') {
    const code = reporter.outcome === 'excused' ? 'excused' : 'failed-otherwise';
    // After the end nothing depends on it any more.
    return [refused(`progress-tracker.${code}`), ...(repeats && status !== 'active' ? [repeated] : [])];
  }
  const wrong =
    step > totalSteps
      ? refused('request.invalid')
      : !repeats && ifStep !== undefined && ifStep !== actualStep
        ? refused('progress-tracker.step-mismatch', { actualStep })
        : rules.monotonic && step < actualStep
          ? refused('progress-tracker.step-went-back', { actualStep })
          : null;
  if (status !== 'active') {
    // What is wrong of a report can be told before anybody has noticed the deadline.
    return [repeats ? repeated : ended, ...(wrong && status === 'expired' ? [wrong] : [])];
  }
  if (wrong) return [wrong];
  const reaches = step === totalSteps;
  const isCreator = who === rules.creator;
  const ends = reaches && rules.completeWhen === 'creator' && isCreator;
  const arrives = reaches && rules.completeWhen === 'everyone' && isParticipant(rules, who);
  if (repeats && !ends && !arrives) return [repeated];
  const after: ReporterState = { outcome: arrives ? 'arrived' : 'pending', step, reported: true };
  return [
    ok(
      { reporters: inOrder({ ...reporters, [who]: after }), ...(ends && { status: 'completed' }) },
      { repeated: false },
    ),
  ];
}

/** Only what both tell can differ. */
const agrees = (answer: TrackerTold, told: TrackerTold): boolean =>
  answer.code === told.code &&
  (['status', 'currentStep', 'actualStep', 'repeated'] as const).every(
    (name) => answer[name] === undefined || told[name] === undefined || answer[name] === told[name],
  );
