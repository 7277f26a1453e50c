/** Which events the activity shows, kept in the address. */
import type { Event } from '@muster/client';
import { concernsAgent } from '../live/agent-events';
import { AGENT_TYPES, ENDING_TYPES, PARTICIPANT_TYPES } from '../live/event-types';

const TYPES = {
  all: undefined,
  arrivals: PARTICIPANT_TYPES,
  progress: ['PROGRESS_UPDATED', 'PROGRESS_STALLED', 'PROGRESS_RESUMED'],
  endings: ENDING_TYPES,
  changes: [
    'SYNC_POINT_CREATED',
    'SYNC_POINT_DEADLINE_CHANGED',
    'PROGRESS_TRACKER_CREATED',
    'PROGRESS_TRACKER_CHANGED',
    'PROGRESS_TRACKER_DEADLINE_CHANGED',
  ],
  agents: AGENT_TYPES,
} as const satisfies Readonly<Record<string, readonly Event['type'][] | undefined>>;

export type Group = keyof typeof TYPES;

export const groupChoices: readonly (readonly [Group, string])[] = [
  ['all', 'All'],
  ['arrivals', 'Arrivals and failures'],
  ['progress', 'Progress'],
  ['endings', 'Endings'],
  ['changes', 'Created and changed'],
  ['agents', 'Agents'],
];

export interface ActivityFilter {
  readonly group: Group;
  /** Id of one agent, or empty. */
  readonly agent: string;
  readonly search: string;
}

/** undefined: all. */
export const typesOf = (group: Group): Event['type'][] | undefined => (TYPES[group] ? [...TYPES[group]] : undefined);

export function readActivityFilter(query: Readonly<Record<string, string>>): ActivityFilter {
  const group = groupChoices.find(([each]) => each === query['show'])?.[0] ?? 'all';
  return { group, agent: query['agent'] ?? '', search: query['q'] ?? '' };
}

export function activityUrl({ group, agent, search }: ActivityFilter): string {
  const query = new URLSearchParams();
  if (group !== 'all') query.set('show', group);
  if (agent !== '') query.set('agent', agent);
  if (search !== '') query.set('q', search);
  return query.size > 0 ? `/activity?${query}` : '/activity';
}

/** @param names of what is open, by id */
export function filterEvents(
  events: readonly Event[],
  { group, agent, search }: ActivityFilter,
  names: ReadonlyMap<string, string>,
): Event[] {
  const types: readonly Event['type'][] | undefined = TYPES[group];
  const text = search.trim().toLowerCase();
  return events.filter((event) => {
    if (types && !types.includes(event.type)) return false;
    if (agent !== '' && !concernsAgent(event, agent)) return false;
    return text === '' || textsOf(event, names).some((each) => each.toLowerCase().includes(text));
  });
}

function textsOf({ relatedId, agentId, details }: Event, names: ReadonlyMap<string, string>): string[] {
  const told = Object.values(details).filter((value) => typeof value === 'string');
  return [relatedId, agentId, names.get(relatedId) ?? '', ...told];
}
