/** A dead-letter queue, worked off message by message. */
import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  type DeadLetter,
  deleteLetter,
  holdLetter,
  type ReceiptOf,
  releaseLetters,
  takeLetters,
} from './dead-letter-queue';
import { explain } from '../explain-error';

export interface WorkOptions {
  /** Says what there is and leaves it. */
  readonly dryRun: boolean;
  /** Messages to delete without doing what they ask for; nothing else is done then. */
  readonly discard: readonly string[];
}

/** What became of a message: `left` if it could not be done, `seen` in a dry run. */
export interface WorkLine {
  readonly messageId: string;
  readonly givenUpAtMs: number;
  readonly outcome: 'done' | 'left' | 'discarded' | 'seen';
  /** What it is about, in a few words. */
  readonly subject: string;
  /** Why it was given up on, or why it is left. */
  readonly reason: string;
}

export interface Work {
  readonly subject: (letter: DeadLetter) => string;
  readonly reason: (letter: DeadLetter) => string;
  /** Resolves when what the message asks for is done, and rejects when it is not. */
  readonly redo: (letter: DeadLetter) => Promise<void>;
  readonly inOrder?: (one: DeadLetter, other: DeadLetter) => number;
}

/**
 * Tries each message once and deletes those that are done. They are hidden from others for ten minutes and the work may
 * take longer, so a message may come again in one run: it is not worked on again then, and is let go by its last
 * receipt.
 */
export async function workOffQueue(
  { sqs, url }: { readonly sqs: SQSClient; readonly url: string },
  work: Work,
  { dryRun, discard }: WorkOptions,
  tell: (line: WorkLine) => void,
): Promise<void> {
  const known = new Set<string>();
  const kept = new Map<string, ReceiptOf>();
  try {
    for (let knownBefore = -1; knownBefore < known.size;) {
      knownBefore = known.size;
      const { letters, again } = await takeLetters(sqs, url, known);
      for (const receipt of again) {
        if (kept.has(receipt.messageId)) kept.set(receipt.messageId, receipt);
        // SQS may deliver once more what was deleted.
        else await deleteLetter(sqs, url, receipt);
      }
      for (const { messageId, receiptHandle } of letters) kept.set(messageId, { messageId, receiptHandle });
      for (const letter of work.inOrder ? letters.toSorted(work.inOrder) : letters) await workOff(letter);
    }
  } finally {
    await releaseLetters(sqs, url, kept.values());
  }

  async function workOff(letter: DeadLetter): Promise<void> {
    const { messageId, sentAtMs: givenUpAtMs } = letter;
    const redoes = !dryRun && discard.length === 0;
    if (redoes && !(await holdLetter(sqs, url, letter))) {
      kept.delete(messageId);
      return;
    }
    known.add(messageId);
    const subject = work.subject(letter);
    const { outcome, reason } = redoes ? await redo(letter) : look(letter);
    if (outcome === 'done' || outcome === 'discarded') {
      await deleteLetter(sqs, url, letter);
      kept.delete(messageId);
    }
    if (outcome !== 'seen' || dryRun) tell({ messageId, givenUpAtMs, subject, outcome, reason });
  }

  async function redo(letter: DeadLetter): Promise<Pick<WorkLine, 'outcome' | 'reason'>> {
    try {
      await work.redo(letter);
      return { outcome: 'done', reason: '' };
    } catch (error) {
      return { outcome: 'left', reason: explain(error) };
    }
  }

  function look(letter: DeadLetter): Pick<WorkLine, 'outcome' | 'reason'> {
    return { outcome: discard.includes(letter.messageId) ? 'discarded' : 'seen', reason: work.reason(letter) };
  }
}
