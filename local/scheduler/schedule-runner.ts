/**
 * Fires schedules when they are due, and at the start those that became due meanwhile.
 *
 * A schedule goes only after its target has been called, so a crash in between fires it again: at least once, as in AWS.
 * Unlike there it fires within milliseconds; what waits for a deadline must allow for a minute.
 */
import { messageOf } from '../local-error';
import { scheduleArn, type Schedule } from './schedule';
import type { ScheduleStore } from './schedule-store';

export interface ScheduleRunner {
  /** Looks again at what is due next, after a change. */
  reschedule(): void;
  stop(): Promise<void>;
}

export interface ScheduleRunnerOptions {
  readonly store: ScheduleStore;
  /** Rejects when there is no such target, or when this host stops. */
  readonly call: (targetArn: string, input: unknown) => Promise<void>;
  readonly deadLetter: (queueArn: string, schedule: Schedule, error: unknown) => Promise<void>;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Timers can't be longer than 24.8 days, and a clock that is set or a laptop that sleeps would make a long one late. */
const LONGEST_WAIT_MS = 30_000;

export function startScheduleRunner(options: ScheduleRunnerOptions): ScheduleRunner {
  const { store, signal, warn } = options;
  const firing = new Map<string, Promise<void>>();
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
    // Not if it was moved or replaced meanwhile, perhaps by its own target.
    if (store.get(schedule.groupName, schedule.name)?.version !== schedule.version) return;
    if (schedule.deleteAfterCompletion) store.remove(schedule);
    else store.put({ ...schedule, completed: true });
  }

  function reschedule(): void {
    clearTimeout(timer);
    if (signal.aborted) return;
    const now = Date.now();
    let next = now + LONGEST_WAIT_MS;
    for (const schedule of store.values()) {
      if (schedule.state !== 'ENABLED' || schedule.completed === true) continue;
      const id = `${scheduleArn(schedule)}#${schedule.version}`;
      if (firing.has(id)) continue;
      if (schedule.dueAtMs > now) {
        next = Math.min(next, schedule.dueAtMs);
        continue;
      }
      const fired = fire(schedule)
        .catch((error: unknown) => {
          warn(`the schedule ${schedule.name} failed: ${messageOf(error)}`);
        })
        .finally(() => {
          firing.delete(id);
          reschedule();
        });
      firing.set(id, fired);
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
