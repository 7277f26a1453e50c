import type { MessageContent, Priority } from './message';

/** A message before it is split among its recipients and given names. */
export interface Notification {
  readonly id: string;
  readonly senderId: string;
  readonly recipientIds: readonly string[];
  readonly timestamp: string;
  readonly priority: Priority;
  readonly requiresAcknowledgment: boolean;
  readonly content: MessageContent;
}
