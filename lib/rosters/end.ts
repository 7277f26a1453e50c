import type { Caller } from '../http/caller';
import type { Ending, Terms } from './page';
import { readRoster } from './read';
import { notFound, requireCreatorOrAdmin } from './relation';
import { type Roster, statusOf } from './roster';
import { refusedAsEnded, type RosterService } from './service';
import { settleRoster, walkRoster } from './settle';
import type { Wish } from './walk';

/**
 * Completes, cancels or fails by hand. If it already has the same ending, nothing changes and it is no error.
 * Cost: 1 read of everything, 1 write unit per open page, 1 write of the header.
 *
 * @throws MusterError `….not-found`, `auth.forbidden`, `….not-waiting` or `….not-active`, `….expired`.
 */
export async function endByHand(
  service: RosterService,
  caller: Caller,
  id: string,
  { as, reason }: { readonly as: Exclude<Ending, 'expired'>; readonly reason?: string | undefined },
): Promise<Roster> {
  const { roster } = await carryOut(service, caller, id, (_roster, atMs) => ({
    kind: 'end',
    closing: { as, atMs, by: caller.agentId, reason: reason ?? null },
  }));
  if (statusOf(roster) !== as) throw refusedAsEnded(service, roster);
  return roster;
}

/**
 * Moves the deadline, later or earlier, sets the first one, or takes it away; or changes the total of a tracker.
 * Cost: 1 read of everything, 1 write unit per open page, 1 write of the header.
 *
 * @param toAt the terms that change, and the time now
 * @throws MusterError as above, and whatever `toAt` throws.
 */
export async function moveTerms(
  service: RosterService,
  caller: Caller,
  id: string,
  toAt: (roster: Roster, nowMs: number) => Partial<Terms>,
): Promise<Roster> {
  const { roster, moved } = await carryOut(service, caller, id, (before, nowMs) => ({
    kind: 'move',
    to: toAt(before, nowMs),
    by: caller.agentId,
  }));
  if (!moved) throw refusedAsEnded(service, roster);
  // A lowered total may be reached by all.
  return (await settleRoster(service, roster)) ?? roster;
}

async function carryOut(
  service: RosterService,
  caller: Caller,
  id: string,
  wishAt: (roster: Roster, nowMs: number) => Wish,
): Promise<{ roster: Roster; moved: boolean }> {
  const { roster, relation } = await readRoster(service, caller, id);
  requireCreatorOrAdmin(relation, service.kind, id);
  // Read now: an ending must not be before the state that was read above.
  const nowMs = service.now();
  const walked = await walkRoster(service.table, roster, wishAt(roster, nowMs), nowMs);
  if (!walked) throw notFound(service.kind, id);
  return walked;
}
