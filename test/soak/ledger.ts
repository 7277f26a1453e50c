/** What was asked of the service and what it answered: the only thing the soak believes. */

/**
 * `accepted`: answered with 2xx; `refused`: answered with 4xx, so it never happened; `unknown`: no answer, or one of
 * 5xx: it may have happened, and may still.
 */
export type Outcome = 'accepted' | 'refused' | 'unknown';

interface Attempt {
  readonly outcome: Outcome;
  /** Who asked. */
  readonly by: string;
  /** Sync point, tracker, message (its marker) or agent. */
  readonly id: string;
  /** Code of the problem, of a refusal. */
  readonly code?: string | undefined;
}

interface SyncPointCreation extends Attempt {
  readonly kind: 'create sync point';
  readonly participants: readonly string[];
  /** Milliseconds since 1970. */
  readonly deadlineMs: number | null;
  /** Absent: everyone. */
  readonly quorum?: number;
  /** @default 'decided' */
  readonly endWhen?: 'decided' | 'everyone';
}

interface Arriving extends Attempt {
  readonly kind: 'arrive';
  readonly data?: unknown;
  /** As answered. */
  readonly arrivedAt?: string;
}

/** At a sync point or a tracker. */
interface Failing extends Attempt {
  readonly kind: 'fail';
  readonly reason: string;
  readonly data?: unknown;
  /** As answered. */
  readonly failedAt?: string;
}

interface Excusing extends Attempt {
  readonly kind: 'excuse';
  readonly agentId: string;
  /** As answered. */
  readonly excusedAt?: string;
}

interface DeadlineMove extends Attempt {
  readonly kind: 'move deadline';
  readonly deadlineMs: number;
}

interface Ending extends Attempt {
  readonly kind: 'cancel sync point' | 'complete sync point' | 'fail sync point' | 'cancel tracker';
}

interface TrackerCreation extends Attempt {
  readonly kind: 'create tracker';
  readonly participants: readonly string[];
  readonly totalSteps: number;
  readonly completeWhen: 'creator' | 'everyone';
}

interface Reporting extends Attempt {
  readonly kind: 'report';
  readonly step: number;
  readonly data?: unknown;
  /** As answered. */
  readonly reportedAt?: string;
  readonly repeated?: boolean;
}

interface Sending extends Attempt {
  readonly kind: 'send message';
  readonly recipients: readonly string[];
  readonly requiresAcknowledgment: boolean;
  /** The message's id, as answered; `id` is the marker that its content bears. */
  readonly messageId?: string;
}

/** `id` is the message's id. */
interface Acknowledging extends Attempt {
  readonly kind: 'acknowledge';
  /** As answered. */
  readonly acknowledgedAt?: string;
}

interface AgentChange extends Attempt {
  readonly kind: 'register agent' | 'deactivate agent';
}

interface PresenceChange extends Attempt {
  readonly kind: 'check in' | 'check out';
  /** As answered to a check-in. */
  readonly expiresAt?: string | null;
}

interface Revoking extends Attempt {
  readonly kind: 'revoke token';
  /** The bearer token that is good for nothing from then on. */
  readonly token: string;
}

export type Entry =
  | SyncPointCreation
  | Arriving
  | Failing
  | Excusing
  | DeadlineMove
  | Ending
  | TrackerCreation
  | Reporting
  | Sending
  | Acknowledging
  | AgentChange
  | PresenceChange
  | Revoking;

export type EntryOf<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

export class Ledger {
  readonly #byId = new Map<string, Entry[]>();

  constructor(entries: readonly Entry[] = []) {
    for (const entry of entries) this.add(entry);
  }

  add(entry: Entry): void {
    const known = this.#byId.get(entry.id);
    if (known === undefined) this.#byId.set(entry.id, [entry]);
    else known.push(entry);
  }

  /** Everything about one sync point, tracker, message or agent, in the order of the answers. */
  about(id: string): readonly Entry[] {
    return this.#byId.get(id) ?? [];
  }

  /** Ids of what may have been made by entries of the kind. */
  idsOf(kind: Entry['kind']): string[] {
    return [...this.#byId].filter(([, entries]) => entries.some((entry) => entry.kind === kind)).map(([id]) => id);
  }
}

export const ofKind = <Kind extends Entry['kind']>(entries: readonly Entry[], ...kinds: Kind[]): EntryOf<Kind>[] =>
  entries.filter((entry): entry is EntryOf<Kind> => (kinds as readonly string[]).includes(entry.kind));

/** Who did it, accepted. */
export const acceptedBy = (entries: readonly Entry[], kind: Entry['kind']): ReadonlySet<string> =>
  new Set(
    ofKind(entries, kind)
      .filter(isAccepted)
      .map(({ by }) => by),
  );

/** Who was excused, accepted. */
export const acceptedExcuses = (entries: readonly Entry[]): ReadonlySet<string> =>
  new Set(
    ofKind(entries, 'excuse')
      .filter(isAccepted)
      .map(({ agentId }) => agentId),
  );

export const isAccepted = ({ outcome }: Attempt): boolean => outcome === 'accepted';
/** It has happened or may have. */
export const isPossible = ({ outcome }: Attempt): boolean => outcome !== 'refused';
