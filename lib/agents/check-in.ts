import { busy } from '../common/errors';
import { type ConditionalWrite, updateIf } from '../table/conditional-write';
import { presenceKey } from '../table/keys';
import type { Service } from '../table/service';
import { batchGet, getItem, type Table } from '../table/table';
import { REMOVE_TRACE, traced } from '../table/trace-attribute';
import { isKept, isStreak, type Presence, presenceFromItem } from './presence';

type Params = Parameters<typeof updateIf>[2];

/** Each lost round means that another check-in or check-out of the same agent succeeded. */
const ATTEMPTS = 10;

/** Strong read, 1 read unit. */
export async function findPresence(table: Table, agentId: string): Promise<Presence | null> {
  const item = await getItem(table, presenceKey(agentId));
  return item && presenceFromItem(item);
}

/** Those of the agents that have one. 1 read unit each with strong reads, half otherwise. */
export async function findPresences(
  table: Table,
  agentIds: readonly string[],
  { consistent = true } = {},
): Promise<Map<string, Presence>> {
  const items = await batchGet(table, agentIds.map(presenceKey), { consistent });
  return new Map(items.map(presenceFromItem).map((presence) => [presence.agentId, presence]));
}

/**
 * In time and with the same `ttlSeconds`: one write of 1 unit, from which nothing follows. Otherwise a streak starts,
 * with another write. @throws MusterError `store.busy`.
 */
export async function checkIn(service: Service, agentId: string, ttlSeconds: number): Promise<Presence> {
  const presence = await changePresence(service, agentId, (seen, nowMs) =>
    seen === undefined || (seen && isKept(seen, nowMs) && seen.ttlSeconds === ttlSeconds)
      ? renewal(ttlSeconds, nowMs)
      : start(agentId, seen, ttlSeconds, nowMs),
  );
  if (!presence) throw new Error('unreachable: a check-in always writes');
  return presence;
}

/** A repeat changes nothing. 1 write unit. @throws MusterError `store.busy`. */
export async function checkOut(service: Service, agentId: string): Promise<void> {
  await changePresence(service, agentId, (seen, nowMs) => {
    if (seen === undefined) return leave(nowMs);
    return seen && seen.state !== 'out' ? leaveFrom(seen, nowMs) : null;
  });
}

/**
 * Tries writes until one is applied. A refused one returns the item, from which the next is made; null: none is needed.
 * The first is made without a read: `seen` is undefined.
 */
async function changePresence(
  { table, now }: Service,
  agentId: string,
  writeFor: (seen: Presence | null | undefined, nowMs: number) => Params | null,
): Promise<Presence | null> {
  let seen: Presence | null | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const params = writeFor(seen, now());
    if (!params) return seen ?? null;
    const { applied, item }: ConditionalWrite = await updateIf(table, presenceKey(agentId), params);
    seen = item && presenceFromItem(item);
    if (applied && seen) return seen;
  }
  throw busy(`Other requests are changing the presence of agent "${agentId}"; try again.`);
}

const NAMES = { '#state': 'state', '#until': 'until' };
const IS_STREAK = '(#state = :started OR #state = :renewed)';
const STREAK = { ':started': 'started', ':renewed': 'renewed' };

/** Refused if it comes too late, or with another `ttlSeconds`: then the dispatcher must know. */
const renewal = (ttlSeconds: number, nowMs: number): Params => ({
  UpdateExpression: `SET #state = :renewed, #until = :until ${REMOVE_TRACE}`,
  ConditionExpression: `${IS_STREAK} AND ttlSeconds = :ttl AND #until > :now`,
  ExpressionAttributeNames: NAMES,
  ExpressionAttributeValues: {
    ...STREAK,
    ':ttl': ttlSeconds,
    ':now': nowMs,
    ':until': nowMs + ttlSeconds * 1_000,
  },
});

/** The presence is still what it was. */
function unchanged({ state, sinceMs, untilMs }: Presence) {
  return {
    condition: '#state = :state AND since = :before AND #until = :promised',
    values: { ':state': state, ':before': sinceMs, ':promised': untilMs },
  };
}

/** The latest lapse: one that nobody has noticed, or the one that is stored. */
const lapseOf = (seen: Presence, nowMs: number): number | null => {
  if (!isStreak(seen)) return seen.lostAtMs;
  return isKept(seen, nowMs) ? null : seen.untilMs;
};

function start(agentId: string, seen: Presence | null, ttlSeconds: number, nowMs: number): Params {
  const lostAtMs = seen ? lapseOf(seen, nowMs) : null;
  // By a clock behind the one of who noticed the lapse, it would begin before it.
  const sinceMs = Math.max(nowMs, lostAtMs ?? 0, (seen?.sinceMs ?? 0) + 1);
  const same = seen && unchanged(seen);
  return traced({
    UpdateExpression:
      'SET agentId = :agent, #state = :started, ttlSeconds = :ttl, since = :since, #until = :until' +
      (lostAtMs === null ? ' REMOVE lostAt' : ', lostAt = :lost'),
    ConditionExpression: same ? same.condition : 'attribute_not_exists(pk)',
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: {
      ...same?.values,
      ':agent': agentId,
      ':started': 'started',
      ':ttl': ttlSeconds,
      ':since': sinceMs,
      ':until': sinceMs + ttlSeconds * 1_000,
      ...(lostAtMs !== null && { ':lost': lostAtMs }),
    },
  });
}

/** Of an agent that is present. */
const leave = (nowMs: number): Params =>
  traced({
    UpdateExpression: 'SET #state = :out REMOVE lostAt',
    ConditionExpression: `${IS_STREAK} AND #until > :now`,
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: { ...STREAK, ':out': 'out', ':now': nowMs },
  });

/** After a lapse, noticed or not: the next check-in is a return all the same. */
function leaveFrom(seen: Presence, nowMs: number): Params {
  const lostAtMs = lapseOf(seen, nowMs);
  if (lostAtMs === null) return leave(nowMs);
  const { condition, values } = unchanged(seen);
  return traced({
    UpdateExpression: 'SET #state = :out, lostAt = :lost',
    ConditionExpression: condition,
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: { ...values, ':out': 'out', ':lost': lostAtMs },
  });
}

/** The schedule has found the lapse; a check-in since then wins. 1 write unit. */
export async function markLost(table: Table, seen: Presence): Promise<ConditionalWrite> {
  const { condition, values } = unchanged(seen);
  return updateIf(
    table,
    presenceKey(seen.agentId),
    traced({
      UpdateExpression: 'SET #state = :lost, lostAt = :promised',
      ConditionExpression: condition,
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues: { ...values, ':lost': 'lost' },
    }),
  );
}
