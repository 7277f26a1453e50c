import type { Event, Filter, Muster } from '@muster/client';
import { merged } from './merge';

export const isNewer = (one: Event, other: Event): boolean =>
  one.timestamp > other.timestamp || (one.timestamp === other.timestamp && one.id > other.id);

export const concernsAgent = ({ agentId, relatedId }: Event, id: string): boolean => agentId === id || relatedId === id;

/** What an agent did and what happened to it, newest first: 2 requests for each hundred. */
export function agentEvents(muster: Muster, id: string, filter: Filter<'listEvents'> = {}): AsyncIterable<Event> {
  const list = (whose: Filter<'listEvents'>) =>
    muster.events.list({ ...filter, ...whose, order: 'newest', limit: 100 });
  return withoutRepeats(merged<Event>(list({ agentId: id }), list({ relatedId: id }), isNewer));
}

/** What an agent did to itself is in both lists, one after the other. */
async function* withoutRepeats(events: AsyncIterable<Event>): AsyncGenerator<Event> {
  let lastId: string | undefined;
  for await (const event of events) {
    if (event.id !== lastId) yield event;
    lastId = event.id;
  }
}
