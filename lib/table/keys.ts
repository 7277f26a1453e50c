import { sha256 } from '../common/hash';

/**
 * Keys of the one table. `#` separates parts and can't occur in an id (see ID_PATTERN), so no two keys collide.
 *
 *     SP#<id>                HEADER            cold fields and the projected status of a sync point
 *     SP#<id>                PAGE#00           first roster page
 *     SP#<id>                ROSTER#<n>        participants in the order given, if they need more than one page
 *     SP#<id>#<nn>           PAGE#<nn>         further roster pages, each with another partition key
 *     SP#<id>#DATA#<agent>   DATA#<ms>         data or reason of one outcome; valid only if the page has the same time
 *     PT#<id> …                                progress trackers: the same
 *     EVENTS#SP#<id>         EVENT#...         audit log of a sync point, oldest first
 *     FEED#<day>#<nn>        EVENT#...         all events of a day, spread over shards
 *     FEED                   <day>             days that have events
 *     AGENT#<id>             AGENT             agent
 *     AGENT#<id>             PRESENCE          what an agent has promised: to check in again before a time
 *     AGENTS                 <id>              list of agents
 *     TOKEN#<sha256>         TOKEN             caller of a bearer token
 *     MEMBER#<agent>         SP#<ms>#<id>      sync points of an agent, by creation time
 *     OPEN#SP#<n>            <ms>#<id>         sync points that have not ended, by creation time, spread over shards
 *     LOST                   <ms>#<agent>      recent losses of agents, by their time
 *     INBOX#<agent>          MESSAGE#<ms>#<id> stored messages of an agent, oldest first
 *     SENT#<message>         SENT              a message that an agent has sent
 *     OUTBOX#<agent>         MESSAGE#<ms>#<id> messages that an agent has sent, by time
 *     KEY#<agent>#<hash>     KEY               id of the creation with an idempotency key, if the caller gave both
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const HEADER_SORT_KEY = 'HEADER';
const PAGE_SORT_KEY_PREFIX = 'PAGE#';
const ROSTER_SORT_KEY_PREFIX = 'ROSTER#';
export const EVENT_SORT_KEY_PREFIX = 'EVENT#';
export const MESSAGE_SORT_KEY_PREFIX = 'MESSAGE#';
const AGENT_SORT_KEY = 'AGENT';
export const PRESENCE_SORT_KEY = 'PRESENCE';
export const AGENTS_PARTITION = 'AGENTS';
const SENT_SORT_KEY = 'SENT';

/** The dispatcher acts on changes of items whose sort key has one of these prefixes. */
export const DISPATCHED_SORT_KEY_PREFIXES = ['HEADER', 'PAGE#', 'ROSTER#', 'AGENT', 'SENT'] as const;

/** What the latest change made of a presence (see agents/presence.ts). */
export type PresenceState = 'started' | 'renewed' | 'lost' | 'out';

/** The dispatcher acts on these changes of a presence. A check-in in time only renews it, so it costs no invocation. */
export const DISPATCHED_PRESENCE_STATES: readonly PresenceState[] = ['started', 'lost', 'out'];

/** A change by its sort key and its new image. */
export const isDispatched = ({ sk, after }: { readonly sk: string; readonly after: { state?: unknown } | null }) =>
  DISPATCHED_SORT_KEY_PREFIXES.some((prefix) => sk.startsWith(prefix)) ||
  (sk === PRESENCE_SORT_KEY && DISPATCHED_PRESENCE_STATES.some((state) => state === after?.state));

export const isPageKey = (sk: string): boolean => sk.startsWith(PAGE_SORT_KEY_PREFIX);
export const isRosterChunkKey = (sk: string): boolean => sk.startsWith(ROSTER_SORT_KEY_PREFIX);

/** The kinds of things with a roster. */
export type RosterKind = 'SP' | 'PT';

/** The kinds of items that are dispatched. */
export type DispatchedItem =
  | 'agent'
  | 'presence'
  | 'sent-message'
  | 'sync-point-header'
  | 'sync-point-page'
  | 'sync-point-roster'
  | 'tracker-header'
  | 'tracker-page'
  | 'tracker-roster';

/** The kind of an item by its keys; null for an item that is not dispatched. */
export function dispatchedItemOf({ pk, sk }: Key): DispatchedItem | null {
  // Its sort keys are ids of agents, which may be called like anything.
  if (pk === AGENTS_PARTITION) return null;
  if (sk === AGENT_SORT_KEY) return 'agent';
  if (sk === PRESENCE_SORT_KEY) return 'presence';
  if (sk === SENT_SORT_KEY) return 'sent-message';
  const entity = pk.startsWith('PT#') ? 'tracker' : 'sync-point';
  if (sk === HEADER_SORT_KEY) return `${entity}-header`;
  if (isPageKey(sk)) return `${entity}-page`;
  return isRosterChunkKey(sk) ? `${entity}-roster` : null;
}

/** Of `SP#<id>`, `PT#<id>#<page>` and the like. */
export const entityIdOf = (pk: string): string => pk.split('#')[1] ?? '';

/** The number of a page is the end of its sort key. */
export const pageIndexOfKey = (sk: string): number => Number(sk.slice(-2));

export const entityPartition = (kind: RosterKind, id: string): string => `${kind}#${id}`;

export const headerKey = (kind: RosterKind, id: string): Key => ({
  pk: entityPartition(kind, id),
  sk: HEADER_SORT_KEY,
});

const twoDigits = (index: number): string => String(index).padStart(2, '0');

export function pageKey(kind: RosterKind, id: string, index: number): Key {
  const partition = entityPartition(kind, id);
  return {
    pk: index === 0 ? partition : `${partition}#${twoDigits(index)}`,
    sk: `${PAGE_SORT_KEY_PREFIX}${twoDigits(index)}`,
  };
}

export const rosterKey = (kind: RosterKind, id: string, chunk: number): Key => ({
  pk: entityPartition(kind, id),
  sk: `${ROSTER_SORT_KEY_PREFIX}${chunk}`,
});

export const dataKey = (kind: RosterKind, id: string, agentId: string, atMs: number): Key => ({
  pk: `${entityPartition(kind, id)}#DATA#${agentId}`,
  sk: `DATA#${atMs}`,
});

export const eventsPartition = (kind: RosterKind | 'AGENT', id: string): string => `EVENTS#${kind}#${id}`;

export const feedPartition = (day: string, shard: number): string => `FEED#${day}#${twoDigits(shard)}`;
export const FEED_DAYS_PARTITION = 'FEED';

export const agentKey = (agentId: string): Key => ({ pk: `AGENT#${agentId}`, sk: AGENT_SORT_KEY });
export const presenceKey = (agentId: string): Key => ({ pk: `AGENT#${agentId}`, sk: PRESENCE_SORT_KEY });
export const agentListKey = (agentId: string): Key => ({ pk: AGENTS_PARTITION, sk: agentId });
export const tokenKey = (sha256Hex: string): Key => ({ pk: `TOKEN#${sha256Hex}`, sk: 'TOKEN' });

export const membershipPartition = (agentId: string): string => `MEMBER#${agentId}`;

/** Thirteen digits hold epoch milliseconds until the year 2286, so text order is time order. */
export const sortableTime = (epochMs: number): string => String(epochMs).padStart(13, '0');

export const membershipKey = (agentId: string, kind: RosterKind, createdAtMs: number, id: string): Key => ({
  pk: membershipPartition(agentId),
  sk: `${kind}#${sortableTime(createdAtMs)}#${id}`,
});

const OPEN_SHARDS = 4;

/** What is open of a kind, spread so that a partition takes a fourth of the creations and endings. */
export const openPartitions = (kind: RosterKind): string[] =>
  Array.from({ length: OPEN_SHARDS }, (_, shard) => `OPEN#${kind}#${shard}`);

export const openKey = (kind: RosterKind, createdAtMs: number, id: string): Key => ({
  pk: `OPEN#${kind}#${Number.parseInt(sha256(id).slice(0, 2), 16) % OPEN_SHARDS}`,
  sk: `${sortableTime(createdAtMs)}#${id}`,
});

/** The position in a list of memberships of those created before. */
export const membershipsBefore = (kind: RosterKind, epochMs: number): string => `${kind}#${sortableTime(epochMs)}`;

export const LOST_PARTITION = 'LOST';
export const lossKey = (agentId: string, lostAtMs: number): Key => ({
  pk: LOST_PARTITION,
  sk: `${sortableTime(lostAtMs)}#${agentId}`,
});

export const inboxPartition = (agentId: string): string => `INBOX#${agentId}`;
export const inboxKey = (agentId: string, messageId: string, sentAtMs: number): Key => ({
  pk: inboxPartition(agentId),
  sk: `${MESSAGE_SORT_KEY_PREFIX}${sortableTime(sentAtMs)}#${messageId}`,
});

/** Of the sort key of a message in an inbox or outbox. */
export const messageIdOf = (sk: string): string => sk.split('#')[2] ?? '';

/**
 * Index of the messages that are not acknowledged, and the attribute that is its sort key within an inbox: a digit for
 * the priority and the time, so most urgent first, then oldest first. Acknowledging removes the attribute, and with it
 * the message from the index.
 */
export const UNACKNOWLEDGED = 'unacknowledged';
const RANKS = { HIGH: '0', MEDIUM: '1', LOW: '2' } as const;

export const unacknowledgedPrefix = (priority: keyof typeof RANKS): string => RANKS[priority];

/** Without the id, to keep usual messages within 1 KB. */
export const unacknowledgedSortKey = (priority: keyof typeof RANKS, sentAtMs: number): string =>
  unacknowledgedPrefix(priority) + sortableTime(sentAtMs);

export const outboxPartition = (agentId: string): string => `OUTBOX#${agentId}`;
export const outboxKey = (agentId: string, messageId: string, sentAtMs: number): Key => ({
  pk: outboxPartition(agentId),
  sk: inboxKey(agentId, messageId, sentAtMs).sk,
});

export const sentMessageKey = (messageId: string): Key => ({ pk: `SENT#${messageId}`, sk: SENT_SORT_KEY });

export const idempotencyKey = (agentId: string, keyHash: string): Key => ({
  pk: `KEY#${agentId}#${keyHash}`,
  sk: 'KEY',
});
