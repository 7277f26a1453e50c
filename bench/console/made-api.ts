/**
 * An API whose answers are made up: more is open and more happens than a laptop stack could take beside the browser,
 * and only the page is measured. Its answers have the shape of the real ones.
 */
import type { Event, SyncPoint } from '@muster/client';

const LARGEST = 10_000;
const OTHERS = 20;

/** In the log when the page has just read its beginning, so that it reads and keeps them all. */
const EVENTS_BEFORE = 4_800;
const EVENTS_AT_START = 200;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class MadeApi {
  readonly #startedMs = Date.now();
  readonly #rosters: { readonly view: SyncPoint; arrived: number }[];
  readonly #events: Event[] = [];
  #next = 0;

  constructor(rosters: number) {
    this.#rosters = Array.from({ length: rosters }, (_, index) => ({
      view: syncPointOf(index, index === 0 ? LARGEST : OTHERS, this.#startedMs),
      arrived: 0,
    }));
    for (let index = 0; index < EVENTS_AT_START; index++) this.#log(this.#startedMs - 60_000 + index);
  }

  /** The events that the page doesn't know from its start. */
  catchUp(): void {
    for (let index = 0; index < EVENTS_BEFORE; index++) this.#log(Date.now());
  }

  /** An arrival at each roster in turn, every third one at the largest. */
  update(): void {
    const index = this.#next % 3 === 0 ? 0 : this.#next % this.#rosters.length;
    this.#next += 1;
    const roster = this.#rosters[index];
    const agentId = roster?.view.participants[roster.arrived];
    // One that is full has someone arrive again, who is drawn again.
    if (!roster || agentId === undefined) return;
    if (index === 0 || roster.arrived < OTHERS - 1) roster.arrived += 1;
    this.#log(Date.now(), roster.view.id, agentId);
  }

  get arrivedAtLargest(): number {
    return this.#rosters[0]?.arrived ?? 0;
  }

  answer(url: URL): Answer {
    const { pathname, searchParams } = url;
    const one = /^\/v1\/sync-points\/([^/]+)$/.exec(pathname)?.[1];
    switch (one === undefined ? pathname : 'one') {
      case '/v1/me':
        return { status: 200, body: { id: 'muster:operator', name: 'Operator', role: 'admin', tokenId: 'made' } };
      case '/v1/health':
        return { status: 200, body: { status: 'ok' } };
      case '/v1/sync-points':
        return page(this.#rosters.map(viewOf), searchParams);
      case 'one': {
        const roster = this.#rosters.find(({ view }) => view.id === one);
        return roster ? { status: 200, body: viewOf(roster) } : { status: 404, body: {} };
      }
      case '/v1/events':
        return page(this.#eventsFor(searchParams), searchParams);
      default:
        return page([], searchParams);
    }
  }

  #eventsFor(query: URLSearchParams): Event[] {
    const since = query.get('since') ?? '';
    const types = query.getAll('type');
    const found = this.#events.filter(
      ({ timestamp, type }) => timestamp >= since && (types.length === 0 || types.includes(type)),
    );
    return query.get('order') === 'newest' ? found.reverse() : found;
  }

  #log(atMs: number, relatedId = 'roster-1', agentId = 'roster-1-0'): void {
    const id = `event-${this.#events.length}`;
    const timestamp = new Date(atMs).toISOString();
    this.#events.push({ id, type: 'AGENT_ARRIVED', relatedId, agentId, timestamp, details: {} });
  }
}

function page(items: readonly unknown[], query: URLSearchParams): Answer {
  const from = Number(query.get('cursor') ?? 0);
  const to = from + Number(query.get('limit') ?? 20);
  return { status: 200, body: { items: items.slice(from, to), nextCursor: to < items.length ? String(to) : null } };
}

const viewOf = ({ view, arrived }: { readonly view: SyncPoint; readonly arrived: number }): SyncPoint => ({
  ...view,
  arrivedParticipants: view.participants.slice(0, arrived),
  missingParticipants: view.participants.slice(arrived),
  version: arrived + 1,
});

function syncPointOf(index: number, size: number, atMs: number): SyncPoint {
  const participants = Array.from({ length: size }, (_, each) => `roster-${index}-${each}`);
  return {
    ...{ id: `roster-${index}`, name: `Roster ${index}`, description: null, participants, quorum: null },
    ...{ arrivedParticipants: [], failedParticipants: [], excusedParticipants: [], missingParticipants: participants },
    ...{ deadline: new Date(atMs + 600_000 + index * 1_000).toISOString(), warnSeconds: null, whenLost: 'tell' },
    ...{ createdAt: new Date(atMs - index * 1_000).toISOString(), createdBy: 'maker', completedAt: null },
    ...{ endedAt: null, endedBy: null, endReason: null, metadata: null, version: 1, status: 'waiting' },
    endWhen: 'everyone',
  };
}
