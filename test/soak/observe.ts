/** Reads all that there is over HTTP, when load and faults have stopped. */
import { mapConcurrently } from '../../lib/common/concurrency';
import type { Arrival, EventView, InboxItem, Report, SyncPointView, TrackerView } from '../support/http-client';
import type { Agent, SoakClient } from './client';
import { isAccepted, type Ledger, ofKind } from './ledger';
import type {
  Consequences,
  ObservedMessage,
  ObservedParticipant,
  ObservedSyncPoint,
  ObservedTracker,
  Observation,
} from './observation';

const AT_ONCE = 8;

export interface Observer {
  readonly client: SoakClient;
  readonly admin: Agent;
  readonly agents: readonly Agent[];
  readonly ledger: Ledger;
}

/** Touches no sync point and no tracker. */
export async function observeConsequences({ client, admin, agents }: Observer): Promise<Consequences> {
  const feed = new Map<string, EventView[]>();
  for (const event of await client.all<EventView>('check: feed', admin, '/v1/events')) {
    const known = feed.get(event.relatedId);
    if (known === undefined) feed.set(event.relatedId, [event]);
    else known.push(event);
  }
  const inboxes = await mapConcurrently(agents, AT_ONCE, async (agent) => {
    return [agent.id, await client.all<InboxItem>('check: inbox', agent, '/v1/inbox')] as const;
  });
  return { feed, inboxes: new Map(inboxes) };
}

export async function observeAll(observer: Observer): Promise<Observation> {
  const { client, admin, ledger } = observer;
  const read = async <View>(path: string): Promise<View | undefined> => {
    const told = await client.insist<View>({ operation: 'check: read', as: admin, method: 'GET', path }, 5);
    return told.body;
  };
  const list = <Item>(path: string): Promise<Item[]> => client.all<Item>('check: list', admin, path);

  const syncPoints = await mapConcurrently(
    ledger.idsOf('create sync point'),
    AT_ONCE,
    async (id): Promise<readonly [string, ObservedSyncPoint]> => {
      const path = `/v1/sync-points/${id}`;
      const view = await read<SyncPointView>(path);
      if (!view) return [id, { arrivals: [], participants: [], log: [] }];
      const arrivals = await list<Arrival>(`${path}/arrivals`);
      const participants = await list<ObservedParticipant>(`${path}/participants`);
      return [id, { view, arrivals, participants, log: await list<EventView>(`${path}/events`) }];
    },
  );
  const trackers = await mapConcurrently(
    ledger.idsOf('create tracker'),
    AT_ONCE,
    async (id): Promise<readonly [string, ObservedTracker]> => {
      const path = `/v1/progress-trackers/${id}`;
      const view = await read<TrackerView>(path);
      if (!view) return [id, { reports: [], participants: [], log: [] }];
      const reports = await list<Report>(`${path}/reports`);
      const participants = await list<ObservedParticipant>(`${path}/participants`);
      return [id, { view, reports, participants, log: await list<EventView>(`${path}/events`) }];
    },
  );
  const messageIds = ledger.idsOf('send message').flatMap((marker) => {
    const id = ofKind(ledger.about(marker), 'send message').find(isAccepted)?.messageId;
    return id === undefined ? [] : [id];
  });
  const messages = await mapConcurrently(
    messageIds,
    AT_ONCE,
    async (id) => [id, await read<ObservedMessage>(`/v1/messages/${id}`)] as const,
  );
  const tokens = ledger
    .idsOf('revoke token')
    .flatMap((id) => ofKind(ledger.about(id), 'revoke token'))
    .filter(isAccepted);
  const revokedTokens = await mapConcurrently(tokens, AT_ONCE, async ({ id, token }) => {
    const as: Agent = { id, token };
    const told = await client.send({ operation: 'check: revoked token', as, method: 'GET', path: '/v1/me' });
    return [token, told.status] as const;
  });
  return {
    // Last, so that it has what reading has led to.
    ...(await observeConsequences(observer)),
    syncPoints: new Map(syncPoints),
    trackers: new Map(trackers),
    messages: new Map(messages.flatMap(([id, message]) => (message === undefined ? [] : [[id, message] as const]))),
    revokedTokens: new Map(revokedTokens),
  };
}
