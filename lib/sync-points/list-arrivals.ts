import { decodeCursor, encodeCursor } from '../api/cursor';
import { isoTime } from '../clock';
import { DEFAULT_LIST_LIMIT, KIB } from '../limits';
import { dataKey, sortableTime } from '../table/keys';
import { batchGet, type Table } from '../table/table';
import { arrivalsInOrder, type SyncPoint } from './sync-point';

export interface Arrival {
  readonly agentId: string;
  readonly arrivedAt: string;
  /** Absent when the arrival had none; null, false, 0 and '' are data. */
  readonly data?: unknown;
}

/** Answers of a function are limited to 6 MB; 50 arrivals with the largest data stay well below. */
const MAX_DATA_PER_ANSWER = 3 * KIB * KIB;

/** In order of arrival. Cost: 1 read unit per 4 KB of data, besides reading the sync point. */
export async function listArrivals(
  table: Table,
  syncPoint: SyncPoint,
  page: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ items: Arrival[]; nextCursor: string | null }> {
  const { id } = syncPoint.header;
  const scope = `arrivals ${id}`;
  const after = decodeCursor(scope, page.cursor);
  const position = (arrival: { agentId: string; arrivedAtMs: number }): string =>
    `${sortableTime(arrival.arrivedAtMs)}#${arrival.agentId}`;
  const rest = arrivalsInOrder(syncPoint.pages).filter((arrival) => after === undefined || position(arrival) > after);
  const slice = rest.slice(0, page.limit ?? DEFAULT_LIST_LIMIT);

  const stored = await batchGet(
    table,
    slice.map((arrival) => dataKey('SP', id, arrival.agentId, arrival.arrivedAtMs)),
    { consistent: true },
  );
  const jsonByPartition = new Map(stored.map((item) => [String(item['pk']), String(item['json'])]));

  const items: Arrival[] = [];
  let dataBytes = 0;
  let last: string | undefined;
  for (const arrival of slice) {
    const json = jsonByPartition.get(dataKey('SP', id, arrival.agentId, arrival.arrivedAtMs).pk);
    dataBytes += json === undefined ? 0 : Buffer.byteLength(json);
    if (items.length > 0 && dataBytes > MAX_DATA_PER_ANSWER) break;
    items.push({
      agentId: arrival.agentId,
      arrivedAt: isoTime(arrival.arrivedAtMs),
      ...(json !== undefined && { data: JSON.parse(json) as unknown }),
    });
    last = position(arrival);
  }
  const more = last !== undefined && items.length < rest.length;
  return { items, nextCursor: more && last !== undefined ? encodeCursor(scope, last) : null };
}
