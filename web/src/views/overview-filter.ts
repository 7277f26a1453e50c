/** What the overview shows, kept in the address, so that a link shows the same to someone else. */
import { now } from '../live/clock';
import type { Roster } from '../live/roster';
import { urgencyOf } from '../parts/countdown';

const SHOWN = ['all', 'urgent', 'failed', 'lost', 'stalled'] as const;

export type Show = (typeof SHOWN)[number];

export interface Filter {
  readonly search: string;
  readonly show: Show;
}

export const showChoices: readonly (readonly [Show, string])[] = [
  ['all', 'All'],
  ['urgent', 'Deadline near'],
  ['failed', 'With failures'],
  ['lost', 'Waiting for lost agents'],
  ['stalled', 'Stalled'],
];

export function readFilter(query: Readonly<Record<string, string>>): Filter {
  const show = SHOWN.find((each) => each === query['show']) ?? 'all';
  return { search: query['q'] ?? '', show };
}

export function urlOf({ search, show }: Filter): string {
  const query = new URLSearchParams();
  if (search !== '') query.set('q', search);
  if (show !== 'all') query.set('show', show);
  return query.size > 0 ? `/?${query}` : '/';
}

/** @param lost ids of lost agents */
export function matches(roster: Roster, { search, show }: Filter, lost: ReadonlySet<string>): boolean {
  return isSearched(roster, search.trim().toLowerCase()) && isShown(roster, show, lost);
}

function isSearched({ id, latest, outcomes }: Roster, text: string): boolean {
  if (text === '' || id.toLowerCase().includes(text) || latest.name.toLowerCase().includes(text)) return true;
  for (const agentId of outcomes.keys()) if (agentId.toLowerCase().includes(text)) return true;
  return false;
}

function isShown(roster: Roster, show: Show, lost: ReadonlySet<string>): boolean {
  // A filter shall show things enter and leave.
  if (show !== 'all') roster.observe();
  switch (show) {
    case 'all':
      return true;
    case 'urgent':
      return (
        roster.deadline !== null && urgencyOf(Date.parse(roster.deadline) - now.value, roster.latest.warnSeconds) !== ''
      );
    case 'failed':
      return roster.failed.size > 0;
    case 'lost':
      return [...lost].some((agentId) => roster.pending.has(agentId));
    case 'stalled':
      return (roster.progress?.stalledSince ?? null) !== null;
  }
}
