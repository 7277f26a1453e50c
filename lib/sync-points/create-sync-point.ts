import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { findAgents } from '../agents/agent-repository';
import type { Caller } from '../agents/caller';
import { type Clock, isoTime } from '../clock';
import { invalid, MusterError } from '../errors/muster-error';
import { MAX_DEADLINE_AHEAD_MS } from '../limits';
import { requestHash, sha256 } from '../request-hash';
import { PARTICIPANTS_PER_ROSTER_CHUNK, splitRoster } from '../rosters/page';
import { newPageItem, pageFromItem } from '../rosters/page-expressions';
import { idempotencyKey, pageKey, rosterKey } from '../table/keys';
import type { Item, Table } from '../table/table';
import { type SyncPoint, type SyncPointHeader, type SyncPointView, viewSyncPoint } from './sync-point';
import { headerToItem, loadSyncPoint } from './sync-point-repository';

export interface CreateSyncPoint {
  readonly id?: string | undefined;
  readonly name: string;
  readonly description?: string | undefined;
  readonly participants: readonly string[];
  /** ISO 8601 with a time zone. */
  readonly deadline?: string | undefined;
  readonly metadata?: Record<string, unknown> | undefined;
}

export interface Warning {
  readonly code: 'agent.not-registered';
  readonly agentId: string;
  readonly detail: string;
}

export interface CreatedSyncPoint extends SyncPointView {
  readonly warnings?: Warning[];
}

/** Ids made from idempotency keys live in a namespace of their own. */
const KEY_NAMESPACE = '7b0f2c1e-6a55-4a0e-9d1c-3f1f6b6d3a55';

const KEY_KEPT_SECONDS = 400 * 86_400;

const ATTEMPTS = 4;

/**
 * Creates header and pages in one transaction: nothing half-created is ever visible. A repeat, told by the caller's
 * `id` or idempotency key, answers what the first one answered.
 *
 * Cost: 2 write units per page and per KB of the header; no further write for an idempotency key, because the id is
 * made from it (only when the caller gives both an id and a key is the key recorded, as one item more).
 *
 * @throws MusterError `sync-point.exists`, `request.idempotency-key-reused`, `request.invalid`.
 */
export async function createSyncPoint(
  table: Table,
  now: Clock,
  caller: Caller,
  input: CreateSyncPoint,
  key: string | undefined,
): Promise<CreatedSyncPoint> {
  const nowMs = now();
  const hash = requestHash(input);
  const id = input.id ?? (key === undefined ? uuidv7({ msecs: nowMs }) : idFromKey(caller, key));
  const repeatable = input.id !== undefined || key !== undefined;

  const deadlineMs = input.deadline === undefined ? null : Date.parse(input.deadline);
  if (deadlineMs !== null) {
    try {
      requireFutureDeadline(deadlineMs, nowMs);
    } catch (error) {
      // The repeat of a creation may well come after its deadline.
      const first = repeatable ? await loadSyncPoint(table, id) : null;
      if (first) return await firstAnswer(table, caller, first, hash, input, key);
      throw error;
    }
  }

  const { shape, pages } = splitRoster(input.participants);
  const header: SyncPointHeader = {
    id,
    name: input.name,
    description: input.description ?? null,
    metadata: input.metadata ?? null,
    participantCount: input.participants.length,
    ...shape,
    createdBy: caller.agentId,
    createdAtMs: nowMs,
    firstDeadlineMs: deadlineMs,
    deadlineMs,
    moves: 0,
    status: 'waiting',
    endedAtMs: null,
    endedBy: null,
    endReason: null,
    requestHash: hash,
  };
  const pageItems = pages.map((page, index) => ({
    ...pageKey('SP', id, index),
    ...newPageItem(page, shape, deadlineMs),
  }));
  const items: Item[] = [
    ...(key !== undefined && input.id !== undefined
      ? [
          {
            ...keyRecordKey(caller, key),
            id,
            requestHash: hash,
            expiresAtSeconds: Math.floor(nowMs / 1_000) + KEY_KEPT_SECONDS,
          },
        ]
      : []),
    shape.pageCount === 1 ? { ...headerToItem(header), participants: input.participants } : headerToItem(header),
    ...pageItems,
    ...(shape.pageCount === 1 ? [] : rosterChunks(id, input.participants, nowMs)),
  ];

  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await putAllNew(table, items)) {
      const syncPoint: SyncPoint = { header, pages: pageItems.map(pageFromItem), participants: input.participants };
      return withWarnings(table, syncPoint);
    }
    if (key !== undefined && input.id !== undefined) await requireSameKeyUse(table, caller, key, id, hash);
    const first = await loadSyncPoint(table, id);
    if (first) return firstAnswer(table, caller, first, hash, input, key);
    // Refused by a transaction that did not go through in the end, or by remains that retention is removing.
  }
  throw new MusterError('sync-point.exists', `The id "${id}" is still being removed; use another or try again later.`);
}

/** @throws MusterError with a pointer at the deadline. */
export function requireFutureDeadline(deadlineMs: number, nowMs: number): void {
  if (deadlineMs <= nowMs) {
    throw invalid('#/deadline', `must be in the future; ${isoTime(deadlineMs)} is not after ${isoTime(nowMs)}`);
  }
  if (deadlineMs > nowMs + MAX_DEADLINE_AHEAD_MS) {
    throw invalid('#/deadline', `${isoTime(deadlineMs)} is more than 366 days ahead`);
  }
}

const idFromKey = (caller: Caller, key: string): string =>
  uuidv5(`sync-point\n${caller.agentId}\n${key}`, KEY_NAMESPACE);

const keyRecordKey = (caller: Caller, key: string) => idempotencyKey(caller.agentId, sha256(`sync-point\n${key}`));

/** With the creation time, from which the dispatcher finds the memberships to remove when retention removes a chunk. */
function rosterChunks(id: string, participants: readonly string[], createdAtMs: number): Item[] {
  const chunks: Item[] = [];
  for (let start = 0; start < participants.length; start += PARTICIPANTS_PER_ROSTER_CHUNK) {
    chunks.push({
      ...rosterKey('SP', id, chunks.length),
      id,
      createdAt: createdAtMs,
      participants: participants.slice(start, start + PARTICIPANTS_PER_ROSTER_CHUNK),
    });
  }
  return chunks;
}

/** false when any of the items is there already, or another transaction is at work on one of them. */
async function putAllNew(table: Table, items: readonly Item[]): Promise<boolean> {
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: items.map((Item) => ({
          Put: { TableName: table.name, Item, ConditionExpression: 'attribute_not_exists(pk)' },
        })),
      }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = new Set((error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None'));
    if (codes.has('ConditionalCheckFailed') || codes.has('TransactionConflict')) return false;
    throw error;
  }
}

async function requireSameKeyUse(table: Table, caller: Caller, key: string, id: string, hash: string): Promise<void> {
  const { Item: record } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keyRecordKey(caller, key), ConsistentRead: true }),
  );
  if (record && (record['id'] !== id || record['requestHash'] !== hash)) throw keyReused();
}

const keyReused = (): MusterError =>
  new MusterError('request.idempotency-key-reused', 'This idempotency key was used with another body.', {
    violations: [{ pointer: '#/idempotency-key', detail: 'was used with another body' }],
  });

/** What the first creation answered, rebuilt from what never changes. */
async function firstAnswer(
  table: Table,
  caller: Caller,
  first: SyncPoint,
  hash: string,
  input: CreateSyncPoint,
  key: string | undefined,
): Promise<CreatedSyncPoint> {
  if (first.header.createdBy === caller.agentId && first.header.requestHash === hash) {
    return withWarnings(table, asCreated(first));
  }
  if (input.id === undefined && key !== undefined) throw keyReused();
  throw new MusterError('sync-point.exists', `The id "${first.header.id}" is taken by another sync point.`);
}

function asCreated(syncPoint: SyncPoint): SyncPoint {
  const pages = syncPoint.pages.map((page) => ({
    ...page,
    pending: new Set([...page.pending, ...page.arrived.keys()]),
    arrived: new Map(),
    deadlineMs: syncPoint.header.firstDeadlineMs,
    moves: 0,
    closing: null,
  }));
  return { ...syncPoint, pages };
}

/** Registered later than the sync point counts as not registered, so that a repeat warns of the same agents. */
async function withWarnings(table: Table, syncPoint: SyncPoint): Promise<CreatedSyncPoint> {
  const { createdAtMs } = syncPoint.header;
  const agents = await findAgents(table, syncPoint.participants);
  const warnings = syncPoint.participants
    .filter((participant) => {
      const agent = agents.get(participant);
      return !agent || agent.createdAtMs > createdAtMs || (agent.deactivatedAtMs ?? Infinity) <= createdAtMs;
    })
    .map((agentId) => ({
      code: 'agent.not-registered' as const,
      agentId,
      detail: `"${agentId}" is not a registered agent yet; its messages wait in its inbox.`,
    }));
  return { ...viewSyncPoint(syncPoint), ...(warnings.length > 0 && { warnings }) };
}
