import type { Clock } from '../clock';
import type { Schedules } from '../deadlines/schedules';
import type { EventBus } from '../events/event-bus';
import type { MusterEvent } from '../events/event';
import { type EventSubject, putEvents } from '../events/event-repository';
import type { ReminderSettings } from '../messages/reminders';
import type { MessagePublisher } from '../messages/publish-notification';
import { expiryAfter, type Retention } from '../retention';
import type { Table } from '../table/table';

/** What the handling of changes needs. Everything done through it may be repeated without further effect. */
export interface Dispatcher {
  readonly table: Table;
  readonly now: Clock;
  readonly bus: EventBus;
  readonly publish: MessagePublisher;
  readonly schedules: Schedules;
  readonly retention: Retention;
  readonly reminders: ReminderSettings;

  /**
   * Work about one key after the other, so that the second finds what the first has done and needs not do it too.
   *
   * @default all at once
   */
  readonly inTurn?: (key: string, work: () => Promise<void>) => Promise<void>;
}

export const atOnce = (_key: string, work: () => Promise<void>): Promise<void> => work();

/** Into the log, then onto the bus: who hears of an event can read it. */
export async function recordEvents(
  { table, bus, retention }: Dispatcher,
  subject: EventSubject,
  events: readonly MusterEvent[],
): Promise<void> {
  const [first] = events;
  if (!first) return;
  // The same for a replay, so that it writes the same bytes.
  await putEvents(table, subject, events, expiryAfter(first.timestampMs, retention.eventDays));
  await bus(events);
}
