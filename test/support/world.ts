import type { Clock } from '../../lib/common/clock';
import {
  isDeadlinePayload,
  type NoticePayload,
  type ReminderPayload,
  type SchedulePayload,
} from '../../lib/schedules/payloads';
import type { Change } from '../../lib/dispatcher/change';
import type { Dispatcher } from '../../lib/dispatcher/dispatcher';
import type { MusterEvent } from '../../lib/events/event';
import { deliver } from '../../lib/messages/inbox-store';
import type { Message } from '../../lib/messages/message';
import { dispatchInBatches } from './stream-batches';
import { streamReader } from './stream-changes';
import { createTestTable, type TestTable } from './test-table';

export { admin, agent } from './callers';

/** A clock that stands until it is moved. */
class TestClock {
  constructor(public nowMs: number) {}
  readonly now = (): number => this.nowMs;
  advance(ms: number): void {
    this.nowMs += ms;
  }
}

/** A table, a clock, and a dispatcher whose surroundings remember what they were told. */
export interface World {
  readonly table: TestTable;
  readonly clock: TestClock;
  readonly now: Clock;
  readonly dispatcher: Dispatcher;
  /** What was put on the bus, repeats included. */
  readonly onBus: MusterEvent[];
  /** What was published, repeats included. */
  readonly published: Message[];
  /** When the schedules of the deadlines of a sync point or tracker fire; removed ones are gone. */
  schedulesOf(id: string): number[];
  /**
   * The schedules of warnings, of checks for a stall and of an agent's presence, in the order set; removed ones are
   * gone.
   */
  noticesOf(id: string): { payload: Exclude<NoticePayload, ReminderPayload>; atMs: number }[];
  /** Schedules of reminders, in the order set, repeats included. */
  readonly reminders: { payload: ReminderPayload; atMs: number }[];
  /** The changes since the last call, or the last dispatchAll. */
  readChanges(): Promise<Change[]>;
  /** Dispatches these. */
  dispatch(changes: readonly Change[]): Promise<void>;
  /**
   * Dispatches every change since the last call, each batch `times` over, but those that are set aside; answers the
   * changes.
   */
  dispatchAll(times?: number, isSetAside?: (change: Change) => boolean): Promise<Change[]>;
}

export async function createWorld(others: Partial<Dispatcher> = {}): Promise<World> {
  const table = await createTestTable();
  const clock = new TestClock(Date.parse('2026-03-01T12:00:00.000Z'));
  const onBus: MusterEvent[] = [];
  const published: Message[] = [];
  /** By what makes two of them the same (see lib/schedules/schedules.ts). */
  const schedules = new Map<string, { payload: Exclude<SchedulePayload, ReminderPayload>; atMs: number }>();
  const nameOf = (payload: SchedulePayload, atMs: number): string => JSON.stringify([payload, atMs]);
  const reminders: World['reminders'] = [];
  const dispatcher: Dispatcher = {
    table,
    now: clock.now,
    bus: (events) => {
      onBus.push(...events);
      return Promise.resolve();
    },
    publish: async (message) => {
      published.push(message);
      for (const recipient of message.recipients) await deliver(table, message, recipient.id, 4_000_000_000);
    },
    schedules: {
      set: (payload, atMs) => {
        if (payload.kind === 'REMINDER') reminders.push({ payload, atMs });
        else schedules.set(nameOf(payload, atMs), { payload, atMs });
        return Promise.resolve();
      },
      remove: (payload, atMs) => {
        schedules.delete(nameOf(payload, atMs));
        return Promise.resolve();
      },
    },
    reminders: { intervalMs: 3_600_000, limit: 3 },
    retention: { endedDays: 90, eventDays: 90, messageDays: 30 },
    ...others,
  };
  const readChanges = await streamReader(table);
  const dispatchAll = async (times = 1, isSetAside = (_change: Change) => false): Promise<Change[]> => {
    const all: Change[] = [];
    for (;;) {
      const changes = await readChanges();
      if (changes.length === 0) return all;
      all.push(...changes);
      const dispatched = changes.filter((change) => !isSetAside(change));
      await dispatchInBatches(dispatcher, dispatched, times);
    }
  };
  const setFor = (id: string) =>
    [...schedules.values()].filter(
      ({ payload }) => (payload.kind === 'PRESENCE' ? payload.agentId : payload.id) === id,
    );
  const schedulesOf: World['schedulesOf'] = (id) =>
    setFor(id).flatMap(({ payload, atMs }) => (isDeadlinePayload(payload) ? [atMs] : []));
  const noticesOf: World['noticesOf'] = (id) =>
    setFor(id).flatMap(({ payload, atMs }) => (isDeadlinePayload(payload) ? [] : [{ payload, atMs }]));
  return {
    table,
    clock,
    now: dispatcher.now,
    dispatcher,
    onBus,
    published,
    schedulesOf,
    noticesOf,
    reminders,
    readChanges,
    dispatch: (changes) => dispatchInBatches(dispatcher, changes),
    dispatchAll,
  };
}

/** `count` distinct ids as long as a UUID. */
export const uuidLikeIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`);
