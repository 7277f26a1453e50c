import { decodeCursor, encodeCursor } from '../api/cursor';
import { isoTime } from '../clock';
import { DEFAULT_LIST_LIMIT, MAX_DATA_PER_ANSWER_BYTES } from '../limits';
import { readData } from '../rosters/attempt-data';
import { sortableTime } from '../table/keys';
import type { Table } from '../table/table';
import { arrivalsInOrder, type SyncPoint } from './sync-point';

export interface Arrival {
  readonly agentId: string;
  readonly arrivedAt: string;
  /** Absent when the arrival had none; null, false, 0 and '' are data. */
  readonly data?: unknown;
}

/** In order of arrival. Cost: 1 read unit per 4 KB of data, besides reading the sync point. */
export async function listArrivals(
  table: Table,
  syncPoint: SyncPoint,
  page: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ items: Arrival[]; nextCursor: string | null }> {
  const { id } = syncPoint.header;
  const scope = `arrivals ${id}`;
  const after = decodeCursor(scope, page.cursor);
  const arrivals = arrivalsInOrder(syncPoint.pages).map(({ agentId, arrivedAtMs, withData }) => ({
    agentId,
    withData,
    atMs: arrivedAtMs,
    position: `${sortableTime(arrivedAtMs)}#${agentId}`,
  }));
  const rest = arrivals.filter((arrival) => after === undefined || arrival.position > after);
  const slice = rest.slice(0, page.limit ?? DEFAULT_LIST_LIMIT);
  const withData = slice.filter((arrival) => arrival.withData);
  const dataOf = await readData(table, 'SP', id, withData);

  const items: Arrival[] = [];
  let dataBytes = 0;
  for (const arrival of slice) {
    const json = arrival.withData ? dataOf(arrival) : undefined;
    dataBytes += json === undefined ? 0 : Buffer.byteLength(json);
    if (items.length > 0 && dataBytes > MAX_DATA_PER_ANSWER_BYTES) break;
    items.push({
      agentId: arrival.agentId,
      arrivedAt: isoTime(arrival.atMs),
      ...(json !== undefined && { data: JSON.parse(json) as unknown }),
    });
  }
  const last = slice[items.length - 1];
  return { items, nextCursor: last && items.length < rest.length ? encodeCursor(scope, last.position) : null };
}
