import { mapConcurrently } from '../common/concurrency';
import { MusterError } from '../common/errors';
import { updateIf } from '../table/conditional-write';
import { inboxKey, inboxPartition, UNACKNOWLEDGED } from '../table/keys';
import type { Service } from '../table/service';
import { batchGet, type Item, type Table } from '../table/table';
import { inboxMessageFromItem } from './inbox-store';
import type { InboxMessage } from './message';
import { sentTimeOf } from './store';

/** An acknowledgement that was recorded, now or by an earlier request. */
interface Recorded {
  readonly message: InboxMessage;
  readonly atMs: number;
  /** true: by an earlier request, whose time and data stand. */
  readonly repeated: boolean;
  /** As recorded; undefined: none. */
  readonly data: unknown;
}

/**
 * Acknowledges a message. A repeat returns the first time and changes nothing. 1 write unit per KB of the message, and
 * 1 to take it off the index.
 *
 * @throws MusterError `message.not-found`.
 */
export async function acknowledge(service: Service, agentId: string, messageId: string, data: unknown) {
  const recorded = await record(service, agentId, messageId, data);
  if (!recorded) throw new MusterError('message.not-found', `Message "${messageId}" is not in your inbox.`);
  return recorded;
}

const WRITES_IN_FLIGHT = 16;

/** Acknowledges each message that is in the inbox, and tells which are not. The cost is that of acknowledging each. */
export async function acknowledgeAll(
  service: Service,
  agentId: string,
  { messageIds, data }: { readonly messageIds: readonly string[]; readonly data?: unknown },
): Promise<{ recorded: Recorded[]; notFound: string[] }> {
  const results = await mapConcurrently(messageIds, WRITES_IN_FLIGHT, (id) => record(service, agentId, id, data));
  return {
    recorded: results.filter((result) => result !== null),
    notFound: messageIds.filter((_id, index) => results[index] === null),
  };
}

/** null: the message is not in the inbox. */
async function record(
  { table, now }: Service,
  agentId: string,
  messageId: string,
  data: unknown,
): Promise<Recorded | null> {
  const sentAtMs = await sentTimeOf(table, messageId);
  const nowMs = now();
  const { applied, item } = await updateIf(table, inboxKey(agentId, messageId, sentAtMs ?? 0), {
    // Of a message that expires, the acknowledgement is kept as long as any other.
    UpdateExpression:
      'SET acknowledgedAt = :now, expiresAtSeconds = if_not_exists(keepUntilSeconds, expiresAtSeconds)' +
      `${data === undefined ? '' : ', acknowledgementData = :data'} REMOVE ${UNACKNOWLEDGED}`,
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(acknowledgedAt)',
    ExpressionAttributeValues: {
      ':now': nowMs,
      // As text, so that it is returned exactly as it was sent.
      ...(data !== undefined && { ':data': JSON.stringify(data) }),
    },
  });
  if (!item) return null;
  const message = inboxMessageFromItem(item);
  const atMs = message.acknowledgedAtMs ?? nowMs;
  // The SDK may have repeated our own write after a lost response.
  return { message, atMs, repeated: !applied && atMs !== nowMs, data: dataOf(item) };
}

const dataOf = ({ acknowledgementData: data }: Item): unknown =>
  typeof data === 'string' ? (JSON.parse(data) as unknown) : undefined;

/** What the sender of a message sees of a recipient's acknowledgement. */
export interface Acknowledgement {
  readonly atMs: number;
  /** undefined: none. */
  readonly data: unknown;
}

/** By recipient; those who have not acknowledged are absent. 1 read unit per 4 KB of each copy. */
export async function acknowledgements(
  table: Table,
  messageId: string,
  sentAtMs: number,
  recipientIds: readonly string[],
): Promise<ReadonlyMap<string, Acknowledgement>> {
  const keys = recipientIds.map((id) => inboxKey(id, messageId, sentAtMs));
  // Only these: the copies of a message to thousands would not fit into memory.
  const only = ['pk', 'acknowledgedAt', 'acknowledgementData'];
  const items = await batchGet(table, keys, { consistent: true, only });
  const byPartition = new Map(items.map((item) => [item['pk'], item]));
  return new Map(
    recipientIds.flatMap((id) => {
      const item = byPartition.get(inboxPartition(id));
      if (item?.['acknowledgedAt'] === undefined) return [];
      return [[id, { atMs: Number(item['acknowledgedAt']), data: dataOf(item) }] as const];
    }),
  );
}
