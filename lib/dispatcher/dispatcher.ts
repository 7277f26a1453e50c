import type { Schedules } from '../schedules/schedules';
import type { EventBus } from '../events/bus';
import type { ReminderSettings } from './reminders';
import type { MessagePublisher } from '../messages/publish';
import type { Retention } from '../common/retention';
import type { Service } from '../table/service';

/** The resources for handling changes. Everything done through them may be repeated without further effect. */
export interface Dispatcher extends Service {
  readonly bus: EventBus;
  readonly publish: MessagePublisher;
  readonly schedules: Schedules;
  readonly retention: Retention;
  readonly reminders: ReminderSettings;

  /**
   * Looks at all pages of one roster, one after the other: those asked for while one is under way are one more.
   *
   * @default everything in parallel
   */
  readonly look?: (key: string, work: () => Promise<void>) => Promise<void>;
}

export const atOnce = (_key: string, work: () => Promise<void>): Promise<void> => work();
