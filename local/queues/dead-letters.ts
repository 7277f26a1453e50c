/**
 * Shows and keeps what ends in a dead-letter queue: the queues live in memory, and nobody has an alarm on a laptop.
 * Each message is one warning and one line of `dead-letters.jsonl`; it also stays in its queue, for who asks SQS.
 */
import { appendFileSync } from 'node:fs';
import { messageOf } from '../local-error';
import type { Queues } from './queues';

export interface DeadLetterWatch {
  /** Writes down what is new. The stream's checkpoint does this first, so that nothing is forgotten that isn't here. */
  record(): Promise<void>;
  stop(): void;
}

const LOOK_EVERY_MS = 2_000;

export function watchDeadLetters(
  queues: Queues,
  /** Queues that no function works off. */
  queueNames: ReadonlySet<string>,
  file: string,
  warn: (line: string) => void,
): DeadLetterWatch {
  const seen = new Set<string>();

  async function record(): Promise<void> {
    for (const { name, messages } of await queues.depths()) {
      if (messages === 0 || !queueNames.has(name)) continue;
      for (const { messageId, body } of await queues.peek(name)) {
        if (seen.has(messageId)) continue;
        seen.add(messageId);
        appendFileSync(file, `${JSON.stringify({ queue: name, messageId, at: new Date().toISOString(), body })}\n`);
        warn(`a message was given up on and put in ${name}: see ${file}`);
      }
    }
  }

  const timer = setInterval(() => {
    record().catch((error: unknown) => {
      warn(`looking at the dead-letter queues failed: ${messageOf(error)}`);
    });
  }, LOOK_EVERY_MS);
  return {
    record,
    stop: () => {
      clearInterval(timer);
    },
  };
}
