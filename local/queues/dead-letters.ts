/**
 * Shows and keeps what ends in a dead-letter queue: the queues live in memory, and nobody has an alarm on a laptop.
 * A new message is a warning. `dead-letters.jsonl` has a line for each that is in a queue; at the next start they are put
 * back, so that they can be redriven whenever somebody comes to it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomically } from '../data-directory';
import { LocalError, messageOf } from '../local-error';
import type { MessageAttribute, Queues } from './queues';

export interface DeadLetterWatch {
  /** Writes down what there is. The stream's checkpoint does this first, so that nothing is forgotten that isn't here. */
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
  /** ARNs of the queues that no function works off. */
  queueArns: readonly string[],
  file: string,
  warn: (line: string) => void,
): Promise<DeadLetterWatch> {
  const arns = new Map(queueArns.map((arn) => [arn.split(':').at(-1) ?? '', arn]));
  const kept = load(file);
  for (const { queue, body, attributes } of kept) {
    const arn = arns.get(queue);
    if (arn === undefined) throw new LocalError(`${file} has a message of ${queue}, which the stack doesn't have.`);
    await queues.sendMessage(arn, body, attributes);
  }
  // Of those put back one warning is enough.
  const seen = new Set(kept.length > 0 ? (await look()).map(({ messageId }) => messageId) : []);
  if (kept.length > 0) {
    warn(`${kept.length} of the messages that were given up on earlier wait to be redriven: see ${file}`);
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
      warn(`a message was given up on and put in ${queue}: see ${file}`);
    }
  }

  // One after the other: an earlier look must not be written over a later one.
  let last = Promise.resolve();
  const record = (): Promise<void> => (last = last.catch(() => undefined).then(recordNow));
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

function load(file: string): readonly KeptLetter[] {
  if (!existsSync(file)) return [];
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ attributes: {}, ...(JSON.parse(line) as Omit<KeptLetter, 'attributes'>) }));
  } catch (error) {
    throw new LocalError(`${file} can't be read: mend or delete it.`, { cause: error });
  }
}
