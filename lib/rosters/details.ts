import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuidv7 } from 'uuid';
import { MusterError } from '../common/errors';
import { requestHash } from '../common/hash';
import { MAX_DATA_PER_ANSWER_BYTES } from '../common/limits';
import { putIf } from '../table/conditional-write';
import { dataKey } from '../table/keys';
import type { RosterId } from './pages';
import type { Service } from '../table/service';
import { batchGet, type Table } from '../table/table';

/** What an outcome or a report may bring along. */
export interface Details {
  /** undefined: none; null, false, 0 and '' are data. */
  readonly data?: unknown;
  /** Why it failed, or was excused. */
  readonly reason?: string | undefined;
  /** Who excused it; the service itself, if it failed as it was lost. */
  readonly by?: string;
}

/**
 * Details are stored first, under the exact time that the page will hold for this agent; then the page is written. Only
 * an accepted attempt makes its details visible. Those of refused or interrupted attempts are never visible.
 */
export interface AttemptOwner extends RosterId {
  readonly agentId: string;
}

export interface Attempt extends AttemptOwner {
  /** The time to record with the attempt; null if there is no data, so any time will do. */
  readonly storedAtMs: number | null;
}

/**
 * Data outlives the longest deadline (366 days) and the retention after the end. It is visible only through the page
 * that names it, so the TTL of the table can be set from the start, which costs nothing.
 */
const KEPT_SECONDS = 800 * 86_400;

/** Stores the details, if any, under a time that no other attempt uses. 1 write unit per KB of them. */
export async function storeAttempt({ table, now }: Service, owner: AttemptOwner, details: Details): Promise<Attempt> {
  const hasDetails = Object.values(details).some((detail) => detail !== undefined);
  return { ...owner, storedAtMs: hasDetails ? await store(table, owner, details, now()) : null };
}

/** Only a refusal proves that the write did not happen; after any other failure, it may have. */
export const isRefusal = (error: unknown): boolean => error instanceof MusterError && !error.retryable;

/**
 * Removes the data of an attempt that was not accepted. If that fails, the data stays invisible until the TTL removes
 * it, so the original response is more important.
 */
export async function discardAttempt(table: Table, { storedAtMs, kind, id, agentId }: Attempt): Promise<void> {
  if (storedAtMs === null) return;
  const Key = dataKey(kind, id, agentId, storedAtMs);
  await table.client.send(new DeleteCommand({ TableName: table.name, Key })).catch(() => undefined);
}

/** Returns the time: `nowMs` or a moment later. */
async function store(
  table: Table,
  { kind, id, agentId }: AttemptOwner,
  { data, reason, by }: Details,
  nowMs: number,
): Promise<number> {
  const attempt = uuidv7();
  const details = {
    // As text, so that it is returned exactly as it was sent.
    json: data === undefined ? undefined : JSON.stringify(data),
    reason,
    by,
    attempt,
    expiresAtSeconds: Math.floor(nowMs / 1_000) + KEPT_SECONDS,
  };
  // If the SDK retries a put after a lost response, the existing item is from this attempt.
  const isFree = {
    ConditionExpression: 'attribute_not_exists(pk) OR attempt = :attempt',
    ExpressionAttributeValues: { ':attempt': attempt },
  };
  let atMs = nowMs;
  while (!(await putIf(table, { ...dataKey(kind, id, agentId, atMs), ...details }, isFree))) atMs++;
  return atMs;
}

/** An accepted attempt, by the page that names it. */
export interface Accepted {
  readonly agentId: string;
  readonly atMs: number;
}

/** As stored; `json` is the data. */
export interface StoredDetails {
  readonly json: string | undefined;
  readonly reason: string | undefined;
  readonly by: string | undefined;
}

/** The details of accepted attempts; undefined for those without. 1 read unit per 4 KB. */
export async function readDetails(
  table: Table,
  { kind, id }: RosterId,
  attempts: readonly Accepted[],
): Promise<(attempt: Accepted) => StoredDetails | undefined> {
  const keyOf = ({ agentId, atMs }: Accepted) => dataKey(kind, id, agentId, atMs);
  const textOf = ({ pk, sk }: { pk: string; sk: string }): string => `${pk} ${sk}`;
  // Two reports of one agent can have the same time, and a batch may contain a key only once.
  const keys = new Map(attempts.map((attempt) => [textOf(keyOf(attempt)), keyOf(attempt)]));
  const items = await batchGet(table, [...keys.values()], { consistent: true });
  const stored = items as unknown as (StoredDetails & { pk: string; sk: string })[];
  const byKey = new Map(stored.map((item) => [textOf(item), item]));
  return (attempt) => byKey.get(textOf(keyOf(attempt)));
}

/** The same of one attempt. */
export const readDetailsOf = async (
  table: Table,
  roster: RosterId,
  attempt: Accepted,
): Promise<StoredDetails | undefined> => (await readDetails(table, roster, [attempt]))(attempt);

/**
 * The first of the attempts, at least one, whose data together fits into one response; each as `view` shows it, with
 * its `data` if it has some.
 */
export function viewsWithinDataLimit<Listed extends Accepted, View>(
  attempts: readonly Listed[],
  detailsOf: (attempt: Listed) => StoredDetails | undefined,
  view: (attempt: Listed, details: StoredDetails | undefined) => View,
): (View & { data?: unknown })[] {
  const views: (View & { data?: unknown })[] = [];
  let dataBytes = 0;
  for (const attempt of attempts) {
    const details = detailsOf(attempt);
    const json = details?.json;
    dataBytes += json === undefined ? 0 : Buffer.byteLength(json);
    if (views.length > 0 && dataBytes > MAX_DATA_PER_ANSWER_BYTES) break;
    views.push({ ...view(attempt, details), ...(json !== undefined && { data: JSON.parse(json) as unknown }) });
  }
  return views;
}

/** Whether stored data, as JSON text, is this; undefined: none. */
export function sameData(json: string | undefined, data: unknown): boolean {
  if (json === undefined || data === undefined) return json === undefined && data === undefined;
  return requestHash(JSON.parse(json)) === requestHash(JSON.parse(JSON.stringify(data)));
}
