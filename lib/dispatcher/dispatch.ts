import { inScope, type Scope } from '../common/scope';
import { removeMemberships } from '../rosters/lifecycle';
import { type DispatchedItem, dispatchedItemOf, type RosterKind } from '../table/keys';
import { traceOf } from '../table/trace-attribute';
import type { Change } from './change';
import type { Dispatcher } from './dispatcher';
import { inOrderPerKey, sharedPerKey } from './in-order';
import { onAgent } from './on/agent';
import { onPresence } from './on/presence';
import { onSentMessage } from './on/message';
import { onRosterPage } from './on/page';
import { onRosterHeader } from './on/roster';

/**
 * Turns one change of the table into its consequences: events, memberships, schedules, notifications and healed
 * projections. All of them are derived from the change. So a change that is delivered twice, late, or concurrently with
 * its own redelivery has the effect of one.
 *
 * Items of one partition arrive in order; items of different partitions (pages, header) in any order.
 */
export function dispatchChange(dispatcher: Dispatcher, change: Change): Promise<void> {
  const item = dispatchedItemOf(change);
  return item ? inScope(scopeOf(change), () => HANDLERS[item](dispatcher, change)) : Promise.resolve();
}

/**
 * Dispatches the changes of a batch: different partitions in parallel, each partition in order. Looks at all
 * pages of one sync point or tracker are shared, so that a batch with many outcomes reads them once or twice.
 */
export function dispatchInOrder(dispatcher: Dispatcher): (change: Change) => Promise<void> {
  const look = sharedPerKey();
  const inOrder = inOrderPerKey();
  return (change) => inOrder(change.pk, () => dispatchChange({ ...dispatcher, look }, change));
}

/** The trace of the request that made the change, and the keys of the changed item. */
export const scopeOf = ({ pk, sk, after }: Change): Scope => ({ trace: traceOf(after), fields: { pk, sk } });

const HANDLERS: Readonly<Record<DispatchedItem, (dispatcher: Dispatcher, change: Change) => Promise<void>>> = {
  agent: onAgent,
  presence: onPresence,
  'sent-message': onSentMessage,
  'sync-point-header': onRosterHeader('SP'),
  'sync-point-page': onRosterPage('SP'),
  'sync-point-roster': onRosterChunk('SP'),
  'tracker-header': onRosterHeader('PT'),
  'tracker-page': onRosterPage('PT'),
  'tracker-roster': onRosterChunk('PT'),
};

/** Roster chunks never change; when retention removes one, its memberships go too. */
function onRosterChunk(kind: RosterKind) {
  return async ({ table }: Dispatcher, { before, after }: Change): Promise<void> => {
    if (before && !after) await removeMemberships(table, kind, before);
  };
}
