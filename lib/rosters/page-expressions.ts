import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../table/table';
import type { Closing, Move, Page, RosterShape } from './page';

/**
 * How a page is stored, and every conditional write that may change it, as pure functions from arguments to request
 * parameters. An empty `pending` set vanishes from the item, so `attribute_exists(pending)` means *not filled*.
 *
 *     arrive   pending ∋ agent, not closed, before the deadline     → DELETE pending, SET arrived
 *     close    not filled, not closed, deadline as required         → SET closedAs …
 *     move     not filled, not closed, same moves, not due          → SET deadline, moves, move
 *     follow   not filled, not closed, fewer moves                  → SET deadline, moves
 *
 * Attribute names are short enough that 20 participants with ids of 36 characters fit 1 KB: one write unit.
 */
export type UpdateParams = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

const NOT_FILLED = 'attribute_exists(pending)';
const NOT_CLOSED = 'attribute_not_exists(closedAs)';
const IS_PENDING = 'contains(pending, :agent)';
const BEFORE_DEADLINE = '(attribute_not_exists(deadline) OR deadline > :now)';
const IS_DUE = 'deadline <= :now';
const FEWER_MOVES = '(attribute_not_exists(moves) OR moves < :moves)';

/** The item as it is after or, when the condition failed, as it was: no second read either way. */
const RETURN_THE_PAGE = {
  ReturnValues: 'ALL_NEW',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const;

const all = (...conditions: string[]): string => conditions.join(' AND ');

export function newPageItem(participants: readonly string[], shape: RosterShape, deadlineMs: number | null): Item {
  return {
    // Hash spread may leave a page without participants: it is filled from the start.
    ...(participants.length > 0 && { pending: new Set(participants) }),
    arrived: {},
    pageCount: shape.pageCount,
    ...(shape.pageCount > 1 && { salt: shape.salt }),
    ...(deadlineMs !== null && { deadline: deadlineMs }),
  };
}

/** The sort key ends with it. */
export const indexOfPage = (item: Item): number => Number(String(item['sk']).slice(-2));

export function pageFromItem(item: Item): Page {
  const stored = item as unknown as StoredPage;
  return {
    index: indexOfPage(item),
    pageCount: stored.pageCount,
    salt: stored.salt ?? 0,
    pending: stored.pending ?? new Set(),
    arrived: new Map(Object.entries(stored.arrived).map(([agentId, at]) => [agentId, Math.floor(at)])),
    withData: new Set(Object.keys(stored.arrived).filter((agentId) => !Number.isInteger(stored.arrived[agentId]))),
    deadlineMs: stored.deadline ?? null,
    moves: stored.moves ?? 0,
    move: stored.move ?? null,
    closing:
      stored.closedAs === undefined
        ? null
        : { as: stored.closedAs, atMs: stored.closedAt, by: stored.closedBy, reason: stored.closedReason ?? null },
    closedFirst: stored.closedFirst ?? false,
  };
}

type StoredPage = {
  sk: string;
  pageCount: number;
  salt?: number;
  pending?: ReadonlySet<string>;
  arrived: Record<string, number>;
  deadline?: number;
  moves?: number;
  move?: Move;
  closedFirst?: boolean;
} & ({ closedAs?: undefined } | { closedAs: Closing['as']; closedAt: number; closedBy: string; closedReason?: string });

/**
 * Added to the time of an arrival that brought data: an arrival without data in the same millisecond must not be taken
 * for the one whose data is stored under that time. Half a millisecond takes no further byte.
 */
const WITH_DATA = 0.5;

/**
 * 1 write unit for a page within 1 KB.
 * @param arrivedAtMs the time to record; @param withData whether data is stored under it; @param nowMs the time to hold against the deadline, read just before the write.
 */
export function arriveParams(agentId: string, arrivedAtMs: number, withData: boolean, nowMs: number): UpdateParams {
  return {
    UpdateExpression: 'DELETE pending :agentSet SET arrived.#agent = :at',
    ConditionExpression: all(IS_PENDING, NOT_CLOSED, BEFORE_DEADLINE),
    ExpressionAttributeNames: { '#agent': agentId },
    ExpressionAttributeValues: {
      ':agentSet': new Set([agentId]),
      ':agent': agentId,
      ':at': withData ? arrivedAtMs + WITH_DATA : arrivedAtMs,
      ':now': nowMs,
    },
    ...RETURN_THE_PAGE,
  };
}

/**
 * - `not-due`: the first closing by hand; refused once the deadline has passed.
 * - `due`: the first closing by deadline; refused while the page's own deadline lies ahead.
 * - `any`: a page behind the one that decided.
 */
export type DeadlineRule = 'due' | 'not-due' | 'any';

export function closeParams(closing: Closing, rule: DeadlineRule, nowMs: number): UpdateParams {
  const deadlineRule = { due: [IS_DUE], 'not-due': [BEFORE_DEADLINE], any: [] }[rule];
  return {
    UpdateExpression: `SET closedAs = :as, closedAt = :at, closedBy = :by${closing.reason === null ? '' : ', closedReason = :reason'}${rule === 'any' ? '' : ', closedFirst = :true'}`,
    ConditionExpression: all(NOT_FILLED, NOT_CLOSED, ...deadlineRule),
    ExpressionAttributeValues: {
      ':as': closing.as,
      ':at': closing.atMs,
      ':by': closing.by,
      ...(closing.reason !== null && { ':reason': closing.reason }),
      ...(rule !== 'any' && { ':now': nowMs, ':true': true }),
    },
    ...RETURN_THE_PAGE,
  };
}

/** Decides a move on the first undecided page. `knownMoves` is what the mover has seen there. */
export function moveParams(deadlineMs: number, move: Move, knownMoves: number, nowMs: number): UpdateParams {
  const sameMoves = knownMoves === 0 ? 'attribute_not_exists(moves)' : 'moves = :known';
  return {
    UpdateExpression: 'SET deadline = :deadline, moves = :moves, #move = :move',
    ConditionExpression: all(NOT_FILLED, NOT_CLOSED, sameMoves, BEFORE_DEADLINE),
    ExpressionAttributeNames: { '#move': 'move' },
    ExpressionAttributeValues: {
      ':deadline': deadlineMs,
      ':moves': move.number,
      ':move': move,
      ':now': nowMs,
      ...(knownMoves > 0 && { ':known': knownMoves }),
    },
    ...RETURN_THE_PAGE,
  };
}

/** Takes over a move decided on an earlier page, whatever the time. */
export function followParams(deadlineMs: number, moves: number): UpdateParams {
  return {
    UpdateExpression: 'SET deadline = :deadline, moves = :moves',
    ConditionExpression: all(NOT_FILLED, NOT_CLOSED, FEWER_MOVES),
    ExpressionAttributeValues: { ':moves': moves, ':deadline': deadlineMs },
    ...RETURN_THE_PAGE,
  };
}
