import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { Caller } from '../http/caller';
import { busy, MusterError } from '../common/errors';
import { idOfKey, keyReused } from '../http/idempotency';
import { requestHash, sha256 } from '../common/hash';
import { WORDS } from './words';
import { transact, type TransactOutcome } from '../table/conditional-write';
import { headerKey, idempotencyKey, type RosterKind } from '../table/keys';
import { getItem, type Item, type Table } from '../table/table';

/**
 * Creates something with a roster, so that a repeat returns the result of the first request. A repeat is recognised by
 * the `id` of the caller or by the idempotency key. A key without an id determines the id, so it needs no write. Only
 * if the caller gives both is the key recorded, as one more item of the transaction. Each of these two uses first looks
 * for the other (1 read unit), so that a key is the same key with and without an id.
 */
export interface Creation {
  readonly kind: RosterKind;
  readonly caller: Caller;
  readonly id: string;
  /** Whether the caller chose the id. */
  readonly ownId: boolean;
  readonly key: string | undefined;
  /** The id that the key determines. */
  readonly idOfKey: string | undefined;
  readonly requestHash: string;
  readonly nowMs: number;
}

/** The stored fields that a repeat is compared with. */
interface Existing {
  readonly header: { readonly id: string; readonly createdBy: string; readonly requestHash: string };
}

const KEY_KEPT_SECONDS = 400 * 86_400;

const ATTEMPTS = 4;
/** A conflicting transaction takes some milliseconds. */
const FIRST_PAUSE_MS = 10;

export interface CreatingRequest {
  readonly caller: Caller;
  readonly input: { readonly id?: string | undefined };
  readonly key: string | undefined;
  readonly nowMs: number;
}

export function newCreation(kind: RosterKind, { caller, input, key, nowMs }: CreatingRequest): Creation {
  const fromKey = key === undefined ? undefined : idOfKey(WORDS[kind].code, caller, key);
  return {
    kind,
    caller,
    id: input.id ?? fromKey ?? uuidv7({ msecs: nowMs }),
    ownId: input.id !== undefined,
    key,
    idOfKey: fromKey,
    requestHash: requestHash(input),
    nowMs,
  };
}

export const isRepeatable = (creation: Creation): boolean => creation.ownId || creation.key !== undefined;

/**
 * Puts all items in one transaction, so nothing half-created is ever visible. Returns null if they are new, otherwise
 * the result of the first request. Cost: 2 write units per item and KB.
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
  let outcome: TransactOutcome = 'conflict';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await delay(Math.random() * FIRST_PAUSE_MS * 2 ** attempt);
    outcome = await putAllNew(table, all);
    if (outcome === 'applied') return null;
    const first = await findRepeated(table, creation, load);
    if (first) return first;
    // Refused because of a transaction that failed in the end, or of remains that retention is removing.
  }
  if (outcome === 'conflict') {
    throw busy(`Other requests are using the id "${creation.id}"; try again.`);
  }
  throw new MusterError(
    `${WORDS[creation.kind].code}.exists`,
    `The previous ${WORDS[creation.kind].noun} with the id "${creation.id}" is still being removed; use another id, or try again later.`,
  );
}

/**
 * The result of the first request; null if there is none yet.
 * @throws MusterError if a different request created it, or used the key.
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
  const { code, noun } = WORDS[creation.kind];
  throw new MusterError(`${code}.exists`, `Another ${noun} already has the id "${creation.id}".`);
}

const putAllNew = (table: Table, items: readonly Item[]): Promise<TransactOutcome> =>
  transact(
    table,
    items.map((Item) => ({
      Put: { TableName: table.name, Item, ConditionExpression: 'attribute_not_exists(pk)' },
    })),
  );

const recordsKey = (creation: Creation): boolean => creation.ownId && creation.key !== undefined;

const keyRecordKey = ({ caller, kind, key }: Creation) =>
  idempotencyKey(caller.agentId, sha256(`${WORDS[kind].code}\n${key ?? ''}`));

const keyRecord = (creation: Creation): Item => ({
  ...keyRecordKey(creation),
  id: creation.id,
  requestHash: creation.requestHash,
  expiresAtSeconds: Math.floor(creation.nowMs / 1_000) + KEY_KEPT_SECONDS,
});

async function requireSameKeyUse(table: Table, creation: Creation): Promise<void> {
  const record = await getItem(table, keyRecordKey(creation));
  if (record && (record['id'] !== creation.id || record['requestHash'] !== creation.requestHash)) throw keyReused();
}

/** A key with an id, after the same key without one, is a different request, and the other way round. */
async function requireNoOtherKindOfUse(table: Table, creation: Creation): Promise<void> {
  if (creation.idOfKey === undefined) return;
  const otherUse = creation.ownId ? headerKey(creation.kind, creation.idOfKey) : keyRecordKey(creation);
  if (await getItem(table, otherUse)) throw keyReused();
}
