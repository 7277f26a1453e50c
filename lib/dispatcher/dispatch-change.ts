import { dispatchAgentChange } from '../agents/agent-changes';
import { dispatchSentMessage } from '../messages/message-changes';
import {
  dispatchOverallChange,
  dispatchTrackerHeaderChange,
  dispatchTrackerPageChange,
} from '../progress-trackers/tracker-changes';
import { removeMemberships } from '../rosters/roster-lifecycle';
import { dispatchHeaderChange } from '../sync-points/header-changes';
import { dispatchPageChange } from '../sync-points/page-changes';
import {
  AGENT_SORT_KEY,
  HEADER_SORT_KEY,
  OVERALL_SORT_KEY,
  PAGE_SORT_KEY_PREFIX,
  ROSTER_SORT_KEY_PREFIX,
  type RosterKind,
  SENT_SORT_KEY,
} from '../table/keys';
import { traceOf } from '../table/trace-attribute';
import { inScope, type Scope } from '../tracing/scope';
import type { Change } from './change';
import type { Dispatcher } from './dispatcher';
import { inOrderPerKey } from './in-order-per-key';

/**
 * Turns one change of the table into what follows from it: events, memberships, schedules, notifications and healed
 * projections. Everything is derived from the change, so a change that is delivered twice, late or next to another
 * delivery of itself has the effect of one.
 *
 * Items of one partition come in order; items of different partitions (pages, header) in any order.
 */
export function dispatchChange(dispatcher: Dispatcher, change: Change): Promise<void> {
  return inScope(scopeOf(change), () => dispatch(dispatcher, change));
}

/**
 * For the changes of a batch: those of different partitions at once, those of one in their order. What looks at all pages of one sync
 * point or tracker goes in turn, so that a batch in which many pages fill looks at all of them once.
 */
export function dispatchInOrder(dispatcher: Dispatcher): (change: Change) => Promise<void> {
  const inTurn = inOrderPerKey((work: () => Promise<void>) => work());
  const dispatchNext = inOrderPerKey((change: Change) => dispatchChange({ ...dispatcher, inTurn }, change));
  return (change) => dispatchNext(change.pk, change);
}

/** The trace of the request that made the change, and which item it changed. */
export const scopeOf = ({ pk, sk, after }: Change): Scope => ({ trace: traceOf(after), fields: { pk, sk } });

async function dispatch(dispatcher: Dispatcher, change: Change): Promise<void> {
  if (change.sk === AGENT_SORT_KEY) return dispatchAgentChange(dispatcher, change);
  if (change.sk === SENT_SORT_KEY) return dispatchSentMessage(dispatcher, change);
  const isTracker = kindOf(change.pk) === 'PT';
  if (change.sk === HEADER_SORT_KEY) {
    return isTracker ? dispatchTrackerHeaderChange(dispatcher, change) : dispatchHeaderChange(dispatcher, change);
  }
  if (change.sk.startsWith(PAGE_SORT_KEY_PREFIX)) {
    return isTracker ? dispatchTrackerPageChange(dispatcher, change) : dispatchPageChange(dispatcher, change);
  }
  if (change.sk === OVERALL_SORT_KEY) return dispatchOverallChange(dispatcher, change);
  if (change.sk.startsWith(ROSTER_SORT_KEY_PREFIX)) return dispatchRosterChange(dispatcher, change);
}

const kindOf = (pk: string): RosterKind => (pk.startsWith('PT#') ? 'PT' : 'SP');

/** Roster chunks never change; when retention removes one, its memberships go too. */
async function dispatchRosterChange({ table }: Dispatcher, { pk, before, after }: Change): Promise<void> {
  if (before && !after) await removeMemberships(table, kindOf(pk), before);
}
