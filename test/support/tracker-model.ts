import type { CompleteWhen, TrackerStatus } from '../../lib/progress-trackers/progress-tracker';
import type { Model } from './linearizability';

/** A progress tracker as one object that does one thing at a time. */
export type TrackerAct =
  | { readonly kind: 'report'; readonly who: string; readonly step: number; readonly ifStep?: number | undefined }
  | { readonly kind: 'cancel' }
  /** A read, or overall step and status in the answer of a report, which are looked up after it. */
  | { readonly kind: 'look' };

export interface TrackerTold {
  /** `ok`, or the code of the refusal. */
  readonly code: string;
  /** Of a look, and of a refusal that tells it. */
  readonly status?: TrackerStatus | undefined;
  /** The overall step, of a look. */
  readonly currentStep?: number | undefined;
  /** Of a refusal for `ifStep` or a step back. */
  readonly actualStep?: number | undefined;
}

export interface TrackerRules {
  readonly creator: string;
  readonly participants: readonly string[];
  readonly totalSteps: number;
  readonly completeWhen: CompleteWhen;
  readonly monotonic: boolean;
}

export interface TrackerState {
  readonly status: TrackerStatus;
  /** Of the participants and the creator, whose step is the overall one. */
  readonly steps: Readonly<Record<string, number>>;
}

export function trackerModel(rules: TrackerRules): Model<TrackerState, TrackerAct, TrackerTold> {
  const everybody = [...new Set([...rules.participants, rules.creator])].sort();
  return {
    initial: { status: 'active', steps: Object.fromEntries(everybody.map((who) => [who, 0])) },
    step: (state, act, told) =>
      asOf(rules, state).flatMap((current) => {
        const { after, answer } = perform(rules, current, act);
        return told === null || agrees(answer, told) ? [after] : [];
      }),
  };
}

/**
 * Where everyone must reach the total, the completion comes a moment after the last report: until then reports are taken,
 * and one that goes back undoes it.
 */
function asOf(rules: TrackerRules, state: TrackerState): TrackerState[] {
  const due = rules.completeWhen === 'everyone' && state.status === 'active' && isComplete(rules, state.steps);
  return due ? [state, { ...state, status: 'completed' }] : [state];
}

function perform(
  rules: TrackerRules,
  state: TrackerState,
  act: TrackerAct,
): { after: TrackerState; answer: TrackerTold } {
  const { status, steps } = state;
  const stay = (answer: TrackerTold) => ({ after: state, answer });
  const notActive = stay({ code: 'progress-tracker.not-active', status });
  switch (act.kind) {
    case 'look':
      return stay({ code: 'ok', status, currentStep: steps[rules.creator] ?? 0 });
    case 'cancel':
      if (status === 'completed') return notActive;
      return { after: { ...state, status: 'cancelled' }, answer: { code: 'ok' } };
    case 'report': {
      if (status !== 'active') return notActive;
      const actualStep = steps[act.who] ?? 0;
      if (act.step > rules.totalSteps) return stay({ code: 'request.invalid' });
      if (act.ifStep !== undefined && act.ifStep !== actualStep) {
        return stay({ code: 'progress-tracker.step-mismatch', actualStep });
      }
      if (rules.monotonic && act.step < actualStep) {
        return stay({ code: 'progress-tracker.step-went-back', actualStep });
      }
      const after = { ...steps, [act.who]: act.step };
      const completes = rules.completeWhen === 'creator' && isComplete(rules, after);
      return {
        after: { steps: after, status: completes ? 'completed' : 'active' },
        answer: { code: 'ok' },
      };
    }
  }
}

function isComplete(rules: TrackerRules, steps: TrackerState['steps']): boolean {
  const finished = (who: string): boolean => (steps[who] ?? 0) >= rules.totalSteps;
  return rules.completeWhen === 'creator' ? finished(rules.creator) : rules.participants.every(finished);
}

/** Only what both tell can differ. */
const agrees = (answer: TrackerTold, told: TrackerTold): boolean =>
  answer.code === told.code &&
  (['status', 'currentStep', 'actualStep'] as const).every(
    (name) => answer[name] === undefined || told[name] === undefined || answer[name] === told[name],
  );
