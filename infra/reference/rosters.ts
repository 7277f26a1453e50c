/** What sync points and progress trackers have alike. */
import type { ErrorCode } from '../../lib/common/errors';

interface Words {
  readonly noun: 'sync point' | 'progress tracker';
  readonly code: 'sync-point' | 'progress-tracker';
  /** Refuses whatever comes after the ending. */
  readonly ended: ErrorCode;
  /** What a failure of one participant does to the whole. */
  readonly afterFailure: string;
  /** When it is complete without anybody's help. */
  readonly completes: string;
}

export function rosterReference({ noun, code, ended, afterFailure, completes }: Words) {
  const notFound: ErrorCode = `${code}.not-found`;
  const expired: ErrorCode = `${code}.expired`;
  const otherwise: readonly ErrorCode[] = [`${code}.arrived-otherwise`, `${code}.failed-otherwise`];
  const byHand: readonly ErrorCode[] = [notFound, 'auth.forbidden', ended, expired];
  const endsNow = `The ending is final, and everyone concerned gets a message. If the ${noun} already has this ending, the
response is 200 with its state; with another ending it is 409 \`${ended}\`.`;
  return {
    /** What ends a deadline, and who may change it. */
    changeErrors: byHand,
    fail: {
      description: `The caller says that it cannot do its part, with a \`reason\` that everyone related can read. ${afterFailure}

An outcome is final. A repeat with the same reason and data changes nothing and responds with 200 and \`repeated: true\`,
even after the ending. A repeat with others is refused, so that nobody believes that a correction was taken.`,
      errors: [notFound, `${code}.not-participant`, ...otherwise, `${code}.excused`, ended, expired],
    },
    excuse: {
      description: `Nobody waits for the participant any more: it has dropped out, or is not needed. Only a participant that is still
pending can be excused, and that is final. The others are then enough: ${completes}

For the creator and admins. A participant that fails says so itself. A repeat changes nothing.`,
      errors: [notFound, 'auth.forbidden', ...otherwise, ended, expired],
    },
    complete: {
      description: `Completes the ${noun} although somebody is missing, with a \`reason\` if you like. For the creator and admins. ${endsNow}`,
      errors: byHand,
    },
    cancel: {
      description: `Ends the ${noun} because it is not needed any more. For the creator and admins. ${endsNow}`,
      errors: byHand,
    },
    failByHand: {
      description: `Ends the ${noun} as failed, for a \`reason\` that lies outside the participants. For the creator and admins. A participant
that can't do its part uses \`…/failures\` instead. ${endsNow}`,
      errors: byHand,
    },
    listEvents: {
      description: `The log of this ${noun}: what happened, when, and which agent caused it. Oldest first, or newest first with
\`order=newest\`. Each accepted change is in it exactly once, a moment after the response to the request. For those
related to it; admins read all events with \`GET /v1/events\`.`,
      errors: [notFound],
    },
  } as const;
}

/** Shared by the reads that may wait. */
export const WAITING = `With \`wait\`, the response comes when it has ended, or after that many seconds with the state then: ask again. With
\`wait\` and the \`version\` that you have seen, it comes as soon as anything has changed.`;

/** Shared by the creations. */
export const CREATION = `Participants need not be registered yet; those that aren't, and those deactivated or lost, are listed in \`warnings\`.

**Repeats are safe** with an \`id\` or an \`Idempotency-Key\`: the same request again responds with 200 and the present
state. So look at \`status\`: yesterday's may have ended. The same \`id\` with another body is refused.`;

export const LISTED = `Newest first; \`status\` may be repeated. An admin can list those of one agent (\`agentId\`), or all that are open
(\`all=true\`). Something new is listed a moment after its creation.`;
