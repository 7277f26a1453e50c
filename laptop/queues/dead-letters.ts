/**
 * Reports and saves dead-lettered messages: the queues live in memory, and a laptop has no alarms.
 * Each new message is logged as a warning. `dead-letters.jsonl` has a line for each message in a queue. The next start
 * puts them back, so they can be redriven at any time.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomically } from '../data-directory';
import { LocalError, messageOf } from '../local-error';
import type { MessageAttribute, Queues } from './queues';

export interface DeadLetterWatch {
  /**
   * Saves the current messages. The stream's checkpoint calls this first, so no message is lost before it is saved.
   */
  record(): Promise<void>;
  stop(): void;
}

interface KeptLetter {
  readonly queue: string;
  readonly messageId: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

const LOOK_EVERY_MS = 2_000;

export async function watchDeadLetters(
  queues: Queues,
  /** ARNs of the queues that no function consumes. */
  queueArns: readonly string[],
  file: string,
  warn: (line: string) => void,
): Promise<DeadLetterWatch> {
  const arns = new Map(queueArns.map((arn) => [arn.split(':').at(-1) ?? '', arn]));
  const kept = load(file);
  for (const { queue, body, attributes } of kept) {
    const arn = arns.get(queue);
    if (arn === undefined)
      throw new LocalError(
        `${file} has a message for the queue ${queue}, which the stack does not have: delete the message or the file.`,
      );
    await queues.sendMessage(arn, body, attributes);
  }
  // One warning covers all messages put back.
  const seen = new Set(kept.length > 0 ? (await look()).map(({ messageId }) => messageId) : []);
  if (kept.length > 0) {
    warn(`${kept.length} dead letters of earlier runs wait to be redriven: see ${file}`);
  }
  let written = kept.length > 0 ? undefined : '';

  async function look(): Promise<readonly KeptLetter[]> {
    const found: KeptLetter[] = [];
    for (const { name, messages } of await queues.depths()) {
      if (messages === 0 || !arns.has(name)) continue;
      for (const { messageId, body, messageAttributes, sentTimestamp } of await queues.peek(name)) {
        const at = new Date(sentTimestamp).toISOString();
        found.push({ queue: name, messageId, at, body, attributes: messageAttributes });
      }
    }
    return found;
  }

  async function recordNow(): Promise<void> {
    const found = await look();
    const content = found.map((letter) => `${JSON.stringify(letter)}\n`).join('');
    if (content !== written) writeFileAtomically(file, content);
    written = content;
    for (const { queue, messageId } of found) {
      if (seen.has(messageId)) continue;
      seen.add(messageId);
      warn(`a message was dead-lettered in ${queue}: see ${file}`);
    }
  }

  // One after the other: an earlier snapshot must not overwrite a later one.
  let last = Promise.resolve();
  const record = (): Promise<void> => (last = last.catch(() => undefined).then(recordNow));
  const timer = setInterval(() => {
    record().catch((error: unknown) => {
      warn(`reading the dead-letter queues failed: ${messageOf(error)}`);
    });
  }, LOOK_EVERY_MS);
  return {
    record,
    stop: () => {
      clearInterval(timer);
    },
  };
}

function load(file: string): readonly KeptLetter[] {
  if (!existsSync(file)) return [];
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ attributes: {}, ...(JSON.parse(line) as Omit<KeptLetter, 'attributes'>) }));
  } catch (error) {
    throw new LocalError(`${file} cannot be read: repair or delete it.`, { cause: error });
  }
}
