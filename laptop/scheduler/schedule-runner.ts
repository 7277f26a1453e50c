/**
 * Fires schedules when they are due. At the start it fires those that became due while the host was stopped.
 *
 * A schedule is deleted only after its target was called, so a crash in between fires it again: at least once, as in
 * AWS. Here it fires within milliseconds; in AWS, code that waits for a deadline must allow for a minute.
 */
import { messageOf } from '../local-error';
import type { Schedule } from './schedule';
import type { ScheduleStore } from './schedule-store';

export interface ScheduleRunner {
  /** Recomputes the next due time after a change. */
  reschedule(): void;
  stop(): Promise<void>;
}

export interface ScheduleRunnerOptions {
  readonly store: ScheduleStore;
  /** Rejects if the target doesn't exist or this host stops. */
  readonly call: (targetArn: string, input: unknown) => Promise<void>;
  readonly deadLetter: (queueArn: string, schedule: Schedule, error: unknown) => Promise<void>;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Timers are limited to 24.8 days. A clock change or a sleeping laptop would make a long timer late.
 */
const LONGEST_WAIT_MS = 30_000;

export function startScheduleRunner(options: ScheduleRunnerOptions): ScheduleRunner {
  const { store, signal, warn } = options;
  const firing = new Map<Schedule, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  async function fire(schedule: Schedule): Promise<void> {
    try {
      await options.call(schedule.target.arn, inputOf(schedule));
    } catch (error) {
      if (signal.aborted) return; // it fires again at the next start
      warn(`the schedule ${schedule.name} could not call its target: ${messageOf(error)}`);
      const { deadLetterArn } = schedule.target;
      if (deadLetterArn !== undefined) await options.deadLetter(deadLetterArn, schedule, error);
    }
    // Not if it was moved or replaced in the meantime, perhaps by its target.
    if (store.get(schedule) === schedule) store.remove(schedule);
  }

  function reschedule(): void {
    clearTimeout(timer);
    if (signal.aborted) return;
    const now = Date.now();
    let next = now + LONGEST_WAIT_MS;
    for (const schedule of store.values()) {
      if (firing.has(schedule)) continue;
      if (schedule.dueAtMs > now) {
        next = Math.min(next, schedule.dueAtMs);
        continue;
      }
      const fired = fire(schedule)
        .catch((error: unknown) => {
          warn(`the schedule ${schedule.name} failed: ${messageOf(error)}`);
        })
        .finally(() => {
          firing.delete(schedule);
          reschedule();
        });
      firing.set(schedule, fired);
    }
    timer = setTimeout(reschedule, next - now);
  }

  reschedule();
  return {
    reschedule,
    stop: async () => {
      clearTimeout(timer);
      await Promise.all(firing.values());
      clearTimeout(timer);
    },
  };
}

function inputOf({ target }: Schedule): unknown {
  if (target.input === undefined) return {};
  try {
    return JSON.parse(target.input);
  } catch {
    return target.input;
  }
}
