import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { eventBridgeBus } from '../../lib/events/bus';
import { readFeed } from '../../lib/events/feed';
import type { EventType, MusterEvent } from '../../lib/events/event';
import { openTable } from '../../lib/table/table';
import { describeStage } from './stage-stack';

export interface ReplayOptions {
  readonly stage: string;
  readonly sinceMs?: number | undefined;
  /** Only events before this time. */
  readonly untilMs: number;
  /** All when empty. */
  readonly types: readonly EventType[];
  readonly relatedId?: string | undefined;
  readonly dryRun: boolean;
}

/** The largest page of the feed. */
const PAGE = 100;

/**
 * Puts events of the feed onto the bus once more, with the ids and times that they had, the oldest first; `tell` gets
 * each one afterwards. Cost: that of reading the feed, and one entry per event.
 */
export async function replayEvents(options: ReplayOptions, tell: (event: MusterEvent) => void): Promise<void> {
  const stack = await describeStage(options.stage);
  const table = openTable(stack.output('TableName'));
  const put = eventBridgeBus(new EventBridgeClient({}), stack.output('EventBusName'));
  const { types, relatedId, sinceMs, untilMs, dryRun } = options;
  let cursor: string | undefined;
  do {
    const page = await readFeed(table, {
      ...(types.length > 0 && { type: types }),
      relatedId,
      sinceMs,
      newestFirst: false,
      limit: PAGE,
      cursor,
    });
    const inTime = page.items.filter(({ timestampMs }) => timestampMs < untilMs);
    if (!dryRun) await put(inTime);
    inTime.forEach(tell);
    if (inTime.length < page.items.length) return;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
