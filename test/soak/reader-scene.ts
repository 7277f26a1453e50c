/** Readers that page with cursors while everything changes: nothing twice, and what was there is still there. */
import type { EventView, InboxItem, SyncPointView } from '../support/http-client';
import type { Agent } from './client';
import { acknowledgeWaiting } from './message-scene';
import { tally } from './observation';
import { chance, pick, type Scene, type Stage } from './scene';

/** What each agent has seen in its inbox, with when it was acknowledged. */
const seenInInbox = new Map<string, Map<string, string | null>>();
const FEED_OF_THE_LAST_MS = 5_000;

export const readerScene: Scene = async (stage) => {
  const agent = pick(stage, stage.agents);
  const reads = pick(stage, [readInbox, readInbox, readLists, readFeed, acknowledgeWaiting]);
  try {
    await reads(stage, agent);
  } catch (error) {
    // Five times in a row without an answer; the client has counted each.
    if (!(error instanceof Error) || !/was answered with [05]/.test(error.message)) throw error;
  }
};

async function readInbox(stage: Stage, agent: Agent): Promise<void> {
  const limit = chance(stage, 50) ? 100 : 23;
  // From before the reading: another reader of the same agent may have seen more since.
  const seen = seenInInbox.get(agent.id) ?? new Map<string, string | null>();
  const items = await stage.client.all<InboxItem>('read inbox', agent, '/v1/inbox', limit);
  mustBeOnce(stage, agent.id, 'a message', items);
  const now = new Map(items.map((item) => [item.id, item.acknowledgedAt]));
  for (const [id, acknowledgedAt] of seen) {
    if (!now.has(id)) stage.object({ id: agent.id, sentence: `message ${id} was in the inbox, and is gone` });
    else if (acknowledgedAt !== null && now.get(id) !== acknowledgedAt) {
      stage.object({ id: agent.id, sentence: `message ${id} was acknowledged, and is no more` });
    }
  }
  seenInInbox.set(agent.id, now);
}

async function readLists(stage: Stage, agent: Agent): Promise<void> {
  const status = pick(stage, ['', 'status=waiting', 'status=completed', 'role=creator']);
  const points = await stage.client.all<SyncPointView>('list sync points', agent, `/v1/sync-points?${status}`, 20);
  mustBeOnce(stage, agent.id, 'a sync point', points);
  const [point] = points;
  if (!point) return;
  const log = await stage.client.all<EventView>('read log', agent, `/v1/sync-points/${point.id}/events`, 5);
  mustBeOnce(stage, point.id, 'an event', log);
  await stage.client.all('list arrivals', agent, `/v1/sync-points/${point.id}/arrivals`, 7);
}

async function readFeed(stage: Stage): Promise<void> {
  const since = new Date(Date.now() - FEED_OF_THE_LAST_MS).toISOString();
  const events = await stage.client.all<EventView>('read feed', stage.admin, `/v1/events?since=${since}`, 50);
  mustBeOnce(stage, 'feed', 'an event', events);
}

function mustBeOnce(stage: Stage, id: string, what: string, items: readonly { readonly id: string }[]): void {
  for (const [item, times] of tally(items.map((each) => each.id))) {
    if (times > 1) stage.object({ id, sentence: `${what}, ${item}, is on the pages of a list ${times} times` });
  }
}
