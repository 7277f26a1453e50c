import type { ReminderPayload } from '../../lib/messages/reminders';
import type { Change } from '../../lib/dispatcher/change';
import type { Dispatcher } from '../../lib/dispatcher/dispatcher';
import type { MusterEvent } from '../../lib/events/event';
import { deliver } from '../../lib/messages/inbox-repository';
import type { Message } from '../../lib/messages/message';
import { dispatchInBatches } from './stream-batches';
import { streamReader } from './stream-changes';
import { createTestTable, type TestTable } from './test-table';

export { admin, agent } from './callers';

/** A clock that stands until it is moved. */
export class TestClock {
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
  readonly dispatcher: Dispatcher;
  /** What was put on the bus, repeats included. */
  readonly onBus: MusterEvent[];
  /** What was published, repeats included. */
  readonly published: Message[];
  /** When the schedules of a sync point's deadlines fire; removed ones are gone. */
  schedulesOf(id: string): number[];
  /** Schedules of reminders, in the order set, repeats included. */
  readonly reminders: { payload: ReminderPayload; atMs: number }[];
  /** The changes since the last call, or the last dispatchAll. */
  readChanges(): Promise<Change[]>;
  /**
   * Dispatches every change since the last call, each batch `times` over, but those that are set aside; answers the
   * changes.
   */
  dispatchAll(times?: number, isSetAside?: (change: Change) => boolean): Promise<Change[]>;
}

export async function createWorld(): Promise<World> {
  const table = await createTestTable();
  const clock = new TestClock(Date.parse('2026-03-01T12:00:00.000Z'));
  const onBus: MusterEvent[] = [];
  const published: Message[] = [];
  const schedules = new Map<string, Set<number>>();
  const timesOf = (id: string): Set<number> => {
    const times = schedules.get(id) ?? new Set();
    schedules.set(id, times);
    return times;
  };
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
        else timesOf(payload.id).add(atMs);
        return Promise.resolve();
      },
      remove: (payload, atMs) => {
        if (payload.kind !== 'REMINDER') timesOf(payload.id).delete(atMs);
        return Promise.resolve();
      },
    },
    reminders: { intervalMs: 3_600_000, limit: 3 },
    retention: { endedDays: 90, eventDays: 90, messageDays: 30 },
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
  const schedulesOf = (id: string): number[] => [...timesOf(id)];
  return { table, clock, dispatcher, onBus, published, schedulesOf, reminders, readChanges, dispatchAll };
}

/** `count` distinct ids as long as a UUID. */
export const uuidLikeIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`);
