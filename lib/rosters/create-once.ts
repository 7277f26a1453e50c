import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import type { Caller } from '../agents/caller';
import { MusterError } from '../errors/muster-error';
import { requestHash, sha256 } from '../request-hash';
import { headerKey, idempotencyKey, type RosterKind } from '../table/keys';
import type { Item, Table } from '../table/table';

/**
 * Creating something with a roster, so that a repeat answers what the first request answered. A repeat is told by the
 * caller's `id` or by the idempotency key. From a key alone the id is made, so it takes no write of its own; only when
 * the caller gives both an id and a key is the key recorded, as one item more in the transaction. Each of the two kinds
 * of use looks for the other first (1 read unit), so that a key is one key whether an id comes with it or not.
 */
export interface Creation {
  readonly kind: RosterKind;
  readonly caller: Caller;
  readonly id: string;
  /** Whether the caller chose the id. */
  readonly ownId: boolean;
  readonly key: string | undefined;
  /** The id that the key alone makes. */
  readonly idOfKey: string | undefined;
  readonly requestHash: string;
  readonly nowMs: number;
}

/** What a repeat is compared with. */
interface Existing {
  readonly header: { readonly id: string; readonly createdBy: string; readonly requestHash: string };
}

/** Ids made from idempotency keys live in a namespace of their own. */
const KEY_NAMESPACE = '7b0f2c1e-6a55-4a0e-9d1c-3f1f6b6d3a55';

const KEY_KEPT_SECONDS = 400 * 86_400;

const ATTEMPTS = 4;
/** A transaction that ours met takes some milliseconds. */
const FIRST_PAUSE_MS = 10;

const WORDS = {
  SP: { noun: 'sync point', exists: 'sync-point.exists', namespace: 'sync-point' },
  PT: { noun: 'progress tracker', exists: 'progress-tracker.exists', namespace: 'progress-tracker' },
} as const;

export function newCreation(
  kind: RosterKind,
  caller: Caller,
  input: { readonly id?: string | undefined },
  key: string | undefined,
  nowMs: number,
): Creation {
  const idOfKey =
    key === undefined ? undefined : uuidv5(`${WORDS[kind].namespace}\n${caller.agentId}\n${key}`, KEY_NAMESPACE);
  return {
    kind,
    caller,
    id: input.id ?? idOfKey ?? uuidv7({ msecs: nowMs }),
    ownId: input.id !== undefined,
    key,
    idOfKey,
    requestHash: requestHash(input),
    nowMs,
  };
}

export const isRepeatable = (creation: Creation): boolean => creation.ownId || creation.key !== undefined;

/**
 * Puts all items in one transaction: nothing half-created is ever visible. null: they are new; otherwise what the
 * first request created. Cost: 2 write units per item and KB.
 *
 * @throws MusterError `….exists`, `request.idempotency-key-reused`, `store.busy`.
 */
export async function createOnce<Loaded extends Existing>(
  table: Table,
  creation: Creation,
  items: readonly Item[],
  load: () => Promise<Loaded | null>,
): Promise<Loaded | null> {
  const all = recordsKey(creation) ? [...items, keyRecord(creation)] : items;
  await requireNoOtherKindOfUse(table, creation);
  let outcome: PutOutcome = 'conflict';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await delay(Math.random() * FIRST_PAUSE_MS * 2 ** attempt);
    outcome = await putAllNew(table, all);
    if (outcome === 'put') return null;
    const first = await findRepeated(table, creation, load);
    if (first) return first;
    // Refused by a transaction that did not go through in the end, or by remains that retention is removing.
  }
  if (outcome === 'conflict') {
    throw new MusterError('store.busy', `Others are at work on the id "${creation.id}"; try again.`, {
      headers: { 'retry-after': '1' },
    });
  }
  throw new MusterError(
    WORDS[creation.kind].exists,
    `The id "${creation.id}" is still being removed; use another or try again later.`,
  );
}

/**
 * What the first request created; null: there is none yet.
 * @throws MusterError when what exists was created by another request, or the key was used for another.
 */
export async function findRepeated<Loaded extends Existing>(
  table: Table,
  creation: Creation,
  load: () => Promise<Loaded | null>,
): Promise<Loaded | null> {
  if (recordsKey(creation)) await requireSameKeyUse(table, creation);
  const first = await load();
  return first && requireSameRequest(creation, first);
}

function requireSameRequest<Loaded extends Existing>(creation: Creation, first: Loaded): Loaded {
  const same = first.header.createdBy === creation.caller.agentId && first.header.requestHash === creation.requestHash;
  if (same) return first;
  if (!creation.ownId) throw keyReused();
  const { exists, noun } = WORDS[creation.kind];
  throw new MusterError(exists, `The id "${creation.id}" is taken by another ${noun}.`);
}

type PutOutcome = 'put' | 'taken' | 'conflict';

/** `taken`: one of the items is there already; `conflict`: another transaction is at work on one of them. */
async function putAllNew(table: Table, items: readonly Item[]): Promise<PutOutcome> {
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: items.map((Item) => ({
          Put: { TableName: table.name, Item, ConditionExpression: 'attribute_not_exists(pk)' },
        })),
      }),
    );
    return 'put';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = new Set((error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None'));
    if (codes.has('ConditionalCheckFailed')) return 'taken';
    if (codes.has('TransactionConflict')) return 'conflict';
    throw error;
  }
}

const recordsKey = (creation: Creation): boolean => creation.ownId && creation.key !== undefined;

const keyRecordKey = ({ caller, kind, key }: Creation) =>
  idempotencyKey(caller.agentId, sha256(`${WORDS[kind].namespace}\n${key ?? ''}`));

const keyRecord = (creation: Creation): Item => ({
  ...keyRecordKey(creation),
  id: creation.id,
  requestHash: creation.requestHash,
  expiresAtSeconds: Math.floor(creation.nowMs / 1_000) + KEY_KEPT_SECONDS,
});

async function requireSameKeyUse(table: Table, creation: Creation): Promise<void> {
  const { Item: record } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keyRecordKey(creation), ConsistentRead: true }),
  );
  if (record && (record['id'] !== creation.id || record['requestHash'] !== creation.requestHash)) throw keyReused();
}

/** A key with an id after the key alone, or the other way round, is another request. */
async function requireNoOtherKindOfUse(table: Table, creation: Creation): Promise<void> {
  if (creation.idOfKey === undefined) return;
  const Key = creation.ownId ? headerKey(creation.kind, creation.idOfKey) : keyRecordKey(creation);
  const { Item: otherUse } = await table.client.send(
    new GetCommand({ TableName: table.name, Key, ConsistentRead: true }),
  );
  if (otherUse) throw keyReused();
}

const keyReused = (): MusterError =>
  new MusterError('request.idempotency-key-reused', 'This idempotency key was used with another body.', {
    violations: [{ pointer: '#/idempotency-key', detail: 'was used with another body' }],
  });
