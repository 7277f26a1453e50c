import type { MessageContent, Priority } from './message';

/** A message before it is split by recipients and gets their names. */
export interface Notification {
  readonly id: string;
  readonly senderId: string;
  readonly recipientIds: readonly string[];
  readonly timestamp: string;
  readonly priority: Priority;
  readonly requiresAcknowledgment: boolean;
  readonly content: MessageContent;
}
