import type { Change } from '../../lib/dispatcher/change';
import { dispatchChange } from '../../lib/dispatcher/dispatch';
import type { Dispatcher } from '../../lib/dispatcher/dispatcher';
import { expireDeadline } from '../../lib/rosters/deadline';
import { type DeadlinePayload, isDeadlinePayload, type SchedulePayload } from '../../lib/schedules/payloads';
import { deliver } from '../../lib/messages/inbox-store';
import type { Message } from '../../lib/messages/message';
import { isDispatched } from '../../lib/table/keys';
import type { FaultPlan } from './faults';
import type { World } from './world';

/**
 * Stream, topic with its queue, bus and Scheduler as they are on a bad day: everything comes at least once, much of it
 * twice, late, or after a failure that had or had not taken effect.
 */
export interface Surroundings {
  readonly dispatcher: Dispatcher;
  /** Takes one step: a batch of some partition, a message of the queue, or a schedule. */
  step(): Promise<void>;
  /** One calm pass over all that is due; answers whether there was nothing left to do. */
  settle(): Promise<boolean>;
  /** Distinct contents by id of what was put on the bus; more than one is a contradiction. */
  readonly onBus: ReadonlyMap<string, ReadonlySet<string>>;
  deadlineSchedules(): readonly DeadlinePayload[];
}

interface Lane {
  readonly changes: Change[];
  done: number;
}

interface Schedule {
  readonly payload: SchedulePayload;
  readonly atMs: number;
}

/** `expire-deadline` waits out as much on the spot, by a clock that stands still here. */
const WAITED_OUT_MS = 5_000;
const INBOX_EXPIRY_SECONDS = 4_000_000_000;

export function faultySurroundings(world: World, plan: FaultPlan, random: () => number): Surroundings {
  const lanes = new Map<string, Lane>();
  const queue: Message[] = [];
  const schedules = new Map<string, Schedule>();
  const onBus = new Map<string, Set<string>>();
  const pick = <Value>(values: readonly Value[]): Value | undefined => values[Math.floor(random() * values.length)];
  const chance = (percent: number): boolean => plan.active && random() * 100 < percent;

  /** Fails before or after it took effect, for a while in a row. */
  const unreliable = async (effect: () => void): Promise<void> => {
    if (chance(15)) throw new Error('the service is unavailable');
    effect();
    if (chance(15)) throw new Error('the answer of the service was lost');
    await Promise.resolve();
  };
  const nameOf = (payload: SchedulePayload, atMs: number): string =>
    payload.kind === 'REMINDER' ? `${payload.messageId} ${payload.number}` : JSON.stringify([payload, atMs]);

  const dispatcher: Dispatcher = {
    ...world.dispatcher,
    bus: (events) =>
      unreliable(() => {
        for (const event of events) {
          onBus.set(event.id, (onBus.get(event.id) ?? new Set()).add(JSON.stringify(event)));
        }
      }),
    publish: (message) => unreliable(() => queue.push(message)),
    schedules: {
      set: (payload, atMs) => unreliable(() => schedules.set(nameOf(payload, atMs), { payload, atMs })),
      remove: (payload, atMs) => unreliable(() => schedules.delete(nameOf(payload, atMs))),
    },
  };

  const receive = async (): Promise<void> => {
    for (const change of await world.readChanges()) {
      if (!isDispatched(change)) continue;
      const lane = lanes.get(change.pk) ?? { changes: [], done: 0 };
      lanes.set(change.pk, lane);
      lane.changes.push(change);
    }
  };
  /**
   * A batch of one partition, which may begin before what was done already. Done is what came before the first failure.
   */
  const dispatchBatch = async (lane: Lane, size: number): Promise<void> => {
    const begin = chance(30) ? Math.max(0, lane.done - 3) : lane.done;
    for (const [offset, change] of lane.changes.slice(begin, begin + size).entries()) {
      try {
        await dispatchChange(dispatcher, change);
      } catch (error) {
        if (!plan.active) throw error;
        return;
      }
      // Half a batch: the process ends before it could say what was done.
      if (chance(10)) return;
      lane.done = Math.max(lane.done, begin + offset + 1);
    }
  };
  const deliverOne = async (message: Message): Promise<void> => {
    try {
      for (const { id } of message.recipients) await deliver(world.table, message, id, INBOX_EXPIRY_SECONDS);
    } catch (error) {
      if (!plan.active) throw error;
      return;
    }
    // Received twice, now and then.
    if (!chance(20)) queue.splice(queue.indexOf(message), 1);
  };
  const fire = async (name: string, { payload }: Schedule): Promise<void> => {
    if (!isDeadlinePayload(payload)) return;
    if (!chance(20)) schedules.delete(name);
    try {
      await expireDeadline({ ...world, schedules: dispatcher.schedules }, payload);
    } catch (error) {
      if (!plan.active) throw error;
      // Scheduler and Lambda try again.
      schedules.set(name, { payload, atMs: world.clock.nowMs });
    }
  };
  const isDeadline = ([, { payload }]: [string, Schedule]): boolean => isDeadlinePayload(payload);
  const isBehind = (lane: Lane): boolean => lane.done < lane.changes.length;

  return {
    dispatcher,
    onBus,
    deadlineSchedules: () =>
      [...schedules.values()].flatMap(({ payload }) => (isDeadlinePayload(payload) ? [payload] : [])),
    async step() {
      await receive();
      const lane = pick([...lanes.values()].filter(isBehind));
      const message = pick(queue);
      // Late, on time, or early by more than is waited out.
      const schedule = pick(
        [...schedules].filter(isDeadline).filter(([, { atMs }]) => {
          const aheadMs = atMs - world.clock.nowMs;
          return aheadMs <= 0 || aheadMs > WAITED_OUT_MS;
        }),
      );
      const choice = random();
      if (choice < 0.5 && lane) await dispatchBatch(lane, 1 + Math.floor(random() * 4));
      else if (choice < 0.8 && message) await deliverOne(message);
      else if (schedule && chance(30)) await fire(...schedule);
      plan.revive();
    },
    async settle() {
      await receive();
      const due = [...schedules].filter(isDeadline).filter(([, { atMs }]) => atMs <= world.clock.nowMs);
      const behind = [...lanes.values()].filter(isBehind);
      const waiting = [...queue];
      for (const lane of behind) await dispatchBatch(lane, Infinity);
      for (const message of waiting) await deliverOne(message);
      for (const schedule of due) await fire(...schedule);
      return behind.length + waiting.length + due.length === 0;
    },
  };
}
