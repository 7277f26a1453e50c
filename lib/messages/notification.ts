import type { Message } from './message';

/** A message before it is split by recipients and gets their names. */
export interface Notification extends Omit<Message, 'sender' | 'recipients' | 'reminder'> {
  readonly senderId: string;
  readonly recipientIds: readonly string[];
}
