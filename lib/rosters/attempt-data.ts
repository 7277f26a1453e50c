import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuidv7 } from 'uuid';
import { MusterError } from '../errors/muster-error';
import { dataKey, type RosterKind } from '../table/keys';
import { batchGet, type Table } from '../table/table';

/**
 * Data of an arrival or a report. It is stored first, under the very time that the page is going to hold for this
 * agent, and then the page is written. Only the attempt that is accepted makes its data visible; what a refused or
 * interrupted attempt stored is never seen.
 */
export interface AttemptData {
  readonly kind: RosterKind;
  readonly id: string;
  readonly agentId: string;
  /** undefined: none. */
  readonly data: unknown;
  readonly nowMs: number;
}

/**
 * Data outlives the longest deadline (366 days) and the retention of what has ended; it is never shown without the
 * page that names it, so it can be left to the table's own clean-up from the start, which costs nothing.
 */
const KEPT_SECONDS = 800 * 86_400;

/**
 * Stores the data if there is any, commits, and removes the data again when the commit was refused.
 * 1 write unit per KB of data, besides the commit.
 *
 * @param commit gets the time to record, or null to take its own.
 * @param acceptedAtMs the time that the page holds after the commit, also when an earlier attempt had been accepted;
 *   null when that one had no data or other data.
 */
export async function withStoredData<Answer>(
  table: Table,
  attempt: AttemptData,
  commit: (storedAtMs: number | null) => Promise<Answer>,
  acceptedAtMs: (answer: Answer) => number | null,
): Promise<Answer> {
  if (attempt.data === undefined) return commit(null);
  const storedAtMs = await store(table, attempt);
  let keep = false;
  try {
    const answer = await commit(storedAtMs);
    // Also on a repeat whose first time is this one: our own write, repeated by the SDK after a lost answer.
    keep = acceptedAtMs(answer) === storedAtMs;
    return answer;
  } catch (error) {
    // Only a refusal tells that the write did not happen; after any other failure it may have.
    keep = !(error instanceof MusterError) || error.retryable;
    throw error;
  } finally {
    // What can't be removed is never shown and goes with the table's clean-up: no reason to lose the real answer.
    if (!keep) await drop(table, attempt, storedAtMs).catch(() => undefined);
  }
}

/** Under a time that is this attempt's alone; answers that time: `nowMs` or a moment later. */
async function store(table: Table, { kind, id, agentId, data, nowMs }: AttemptData): Promise<number> {
  const attempt = uuidv7();
  for (let atMs = nowMs; ; atMs++) {
    try {
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: {
            ...dataKey(kind, id, agentId, atMs),
            // As text, so that it comes back exactly as it was given.
            json: JSON.stringify(data),
            attempt,
            expiresAtSeconds: Math.floor(nowMs / 1_000) + KEPT_SECONDS,
          },
          // Our own attempt stands there when the SDK repeats a put whose answer was lost.
          ConditionExpression: 'attribute_not_exists(pk) OR attempt = :attempt',
          ExpressionAttributeValues: { ':attempt': attempt },
        }),
      );
      return atMs;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

async function drop(table: Table, { kind, id, agentId }: AttemptData, atMs: number): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: dataKey(kind, id, agentId, atMs) }));
}

/** The stored data of accepted attempts, as JSON text; none where there was none. 1 read unit per 4 KB. */
export async function readData(
  table: Table,
  kind: RosterKind,
  id: string,
  attempts: readonly { readonly agentId: string; readonly atMs: number }[],
): Promise<(attempt: { readonly agentId: string; readonly atMs: number }) => string | undefined> {
  // Two reports of one agent can bear the same time, and a batch may name a key once only.
  const distinct = new Map(attempts.map((attempt) => [`${attempt.agentId} ${attempt.atMs}`, attempt]));
  const keys = [...distinct.values()].map((attempt) => dataKey(kind, id, attempt.agentId, attempt.atMs));
  const items = await batchGet(table, keys, { consistent: true });
  const byKey = new Map(items.map((item) => [`${String(item['pk'])} ${String(item['sk'])}`, String(item['json'])]));
  return (attempt) => {
    const key = dataKey(kind, id, attempt.agentId, attempt.atMs);
    return byKey.get(`${key.pk} ${key.sk}`);
  };
}
