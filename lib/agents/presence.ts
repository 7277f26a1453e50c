/**
 * Whether an agent keeps its promise to check in. It lapses exactly at `untilMs`, whoever notices it and when:
 *
 *     check-in      check-in          until                                    check-in
 *     started ────► renewed ────────► lost (by the schedule, or at the latest by this ────► started, after a return
 *        │             │                │
 *        └─────────────┴── check-out ───┴──► out
 *
 * A change has all that follows from it in its two images. A check-in or check-out that finds a lapse that nobody has
 * noticed writes it down in the same change, so the log is the same however late the schedule is.
 */
import { isoTime } from '../common/clock';
import type { PresenceState } from '../table/keys';
import type { Item } from '../table/table';

export interface Presence {
  readonly agentId: string;
  readonly state: PresenceState;
  readonly ttlSeconds: number;
  /** Start of the streak of check-ins with this `ttlSeconds`. No two streaks of an agent have the same. */
  readonly sinceMs: number;
  /** By then the agent has promised to check in again. */
  readonly untilMs: number;
  /** The latest lapse, unless the streak began without one. */
  readonly lostAtMs: number | null;
}

/** The end of a streak: the agent did not check in by `lostAtMs`. */
export interface Loss {
  readonly agentId: string;
  readonly lostAtMs: number;
  readonly ttlSeconds: number;
}

interface StoredPresence {
  readonly agentId: string;
  readonly state: PresenceState;
  readonly ttlSeconds: number;
  readonly since: number;
  readonly until: number;
  readonly lostAt?: number;
}

export function presenceFromItem(item: Item): Presence {
  const { agentId, state, ttlSeconds, since, until, lostAt } = item as unknown as StoredPresence;
  return { agentId, state, ttlSeconds, sinceMs: since, untilMs: until, lostAtMs: lostAt ?? null };
}

/** Checks in; its promise may have lapsed without anybody having noticed. */
export const isStreak = ({ state }: Pick<Presence, 'state'>): boolean => state === 'started' || state === 'renewed';

/** To the millisecond: at `untilMs` it has lapsed. */
export const isKept = ({ state, untilMs }: Presence, nowMs: number): boolean => isStreak({ state }) && untilMs > nowMs;

export const lastCheckInMs = ({ lostAtMs, ttlSeconds }: Loss): number => lostAtMs - ttlSeconds * 1_000;

/** The lapse that a change has written down; null: none. */
export function lossOf(before: Presence | null, after: Presence): Loss | null {
  if (!before || !isStreak(before) || after.lostAtMs !== before.untilMs) return null;
  return { agentId: before.agentId, lostAtMs: before.untilMs, ttlSeconds: before.ttlSeconds };
}

/** As the API shows it; null: the agent never checked in, or has checked out. */
export function viewPresence(presence: Presence | null | undefined, nowMs: number) {
  if (!presence || presence.state === 'out') return null;
  const { ttlSeconds, sinceMs, untilMs } = presence;
  const isPresent = isKept(presence, nowMs);
  return {
    status: isPresent ? ('present' as const) : ('lost' as const),
    ttlSeconds,
    since: isoTime(sinceMs),
    expiresAt: isPresent ? isoTime(untilMs) : null,
    lostAt: isPresent ? null : isoTime(untilMs),
  };
}
