import { isoTime } from '../common/clock';
import { invalid, MusterError } from '../common/errors';
import type { Caller } from '../http/caller';
import { decisionOf, isCounted, isDue } from './decision';
import { type Details, readDetailsOf, sameData } from './details';
import type { Entry, Outcome } from './entry';
import { type Accepted, writeOwnPage } from './own-page';
import { isAwaited, isClosed, isOpen } from './page';
import { outcomeParams, UNREPORTED } from './page-writes';
import { otherOpenPage } from './pages';
import { readRoster } from './read';
import { requireCreatorOrAdmin } from './relation';
import { type RosterStatus, statusOf } from './roster';
import type { RosterService } from './service';
import { loadSettled } from './settle';
import { WORDS } from './words';

type Final = Exclude<Outcome, 'pending'>;

/** An outcome that was accepted, now or by an earlier request. */
export interface Recorded {
  readonly agentId: string;
  readonly atMs: number;
  readonly repeated: boolean;
  readonly status: RosterStatus;
}

/**
 * Records that the caller has arrived, or has failed: one conditional write of its page. With data or a reason, one put
 * comes first (see details.ts). 1 write unit (pages within 1 KB, see splitRoster) and 1 per KB of details. Whoever
 * fills one of several pages also reads a few others, and whoever fails reads all, to see whether that is the ending.
 *
 * @throws MusterError as writeOwnPage, and `….arrived-otherwise`, `….failed-otherwise`, `….excused`.
 */
export const recordOwnOutcome = (
  service: RosterService,
  caller: Caller,
  id: string,
  outcome: { readonly outcome: 'arrived' | 'failed'; readonly details: Details },
): Promise<Recorded> => record(service, caller, { id, agentId: caller.agentId, ...outcome });

/**
 * Takes a pending participant off the list of those waited for.
 *
 * @throws MusterError `….not-found`, `auth.forbidden`, `request.invalid` for others than participants, and as above.
 */
export async function excuse(
  service: RosterService,
  caller: Caller,
  id: string,
  { agentId, reason }: { readonly agentId: string; readonly reason?: string | undefined },
): Promise<Recorded> {
  const { roster, relation } = await readRoster(service, caller, id);
  requireCreatorOrAdmin(relation, service.kind, id);
  if (!roster.participants.includes(agentId)) {
    throw invalid('#/agentId', `must be a participant of the ${WORDS[service.kind].noun}; received "${agentId}"`);
  }
  const details = { reason, by: caller.agentId };
  return record(service, caller, { id, agentId, outcome: 'excused', details });
}

interface NewOutcome {
  readonly id: string;
  readonly agentId: string;
  readonly outcome: Final;
  readonly details: Details;
}

async function record(service: RosterService, caller: Caller, wanted: NewOutcome): Promise<Recorded> {
  const { id, agentId, outcome } = wanted;
  const accepted = await writeOwnPage(service, caller, wanted, {
    // Where the creator of a tracker decides, it ends it rather than fail at it.
    entryOn: ({ entries, overall, rule }) =>
      (rule.creatorDecides && overall?.agentId === agentId ? null : entries.get(agentId)) ?? null,
    next: (seen, storedAtMs) => {
      if (seen && seen.entry.outcome !== 'pending') {
        const { entry } = seen;
        // Only this attempt uses the time of its details: it is our own write, repeated by the SDK after a lost answer.
        const isOurs = entry.outcome === outcome && entry.detailed && entry.atMs === storedAtMs;
        return { ...seen, repeated: !isOurs };
      }
      const overall = seen?.page.overall?.agentId === agentId;
      const given = { agentId, overall, known: seen?.entry ?? UNREPORTED, outcome, detailed: storedAtMs !== null };
      return { write: (nowMs) => outcomeParams({ ...given, atMs: storedAtMs ?? nowMs }, nowMs), repeated: false };
    },
  });
  const { entry, repeated } = accepted;
  const status = await statusAfter(service, id, accepted);
  const recorded = { agentId, atMs: entry.atMs ?? 0, repeated, status };
  if (repeated) await requireSame(service, wanted, entry, recorded);
  return recorded;
}

/** A correction is refused, so that nobody believes that it was accepted. 1 read unit per 4 KB of the first details. */
async function requireSame(
  service: RosterService,
  { id, agentId, outcome, details }: NewOutcome,
  entry: Entry,
  first: Recorded,
): Promise<void> {
  const { code, noun } = WORDS[service.kind];
  const sameOutcome = entry.outcome === outcome;
  // An excuse stands, whatever the reason given next. The bare fact is repeated by who has lost what was sent with it.
  if (sameOutcome && (outcome === 'excused' || (details.data === undefined && details.reason === undefined))) return;
  if (entry.outcome === 'excused') {
    throw new MusterError(
      `${code}.excused`,
      `"${agentId}" was excused from ${noun} "${id}" before, so nobody waits for it.`,
    );
  }
  if (sameOutcome && entry.detailed) {
    const stored = await readDetailsOf(service.table, { kind: service.kind, id }, { agentId, atMs: first.atMs });
    if (stored?.reason === details.reason && sameData(stored?.json, details.data)) return;
  }
  const has = entry.outcome === 'arrived' ? 'arrived' : 'failed';
  const otherwise = sameOutcome ? `, with ${entry.detailed ? 'other' : 'no'} data or reason` : '';
  throw new MusterError(
    `${code}.${has}-otherwise`,
    `"${agentId}" has already ${has} at ${noun} "${id}"${otherwise}; that cannot be changed.`,
    { extensions: { [has === 'arrived' ? 'arrival' : 'failure']: viewRecorded(service, id, has, first) } },
  );
}

const TIME_OF = { arrived: 'arrivedAt', failed: 'failedAt', excused: 'excusedAt' } as const;

/** The answer to an arrival, a failure or an excuse. */
export const viewRecorded = <Kind extends RosterService['kind'], Given extends Final>(
  { kind }: RosterService<Kind>,
  id: string,
  outcome: Given,
  { agentId, atMs, repeated, status }: Recorded,
) =>
  ({
    [WORDS[kind].idMember]: id,
    agentId,
    [TIME_OF[outcome]]: isoTime(atMs),
    repeated,
    status,
  }) as Record<(typeof WORDS)[Kind]['idMember'] | (typeof TIME_OF)[Given], string> & {
    agentId: string;
    repeated: boolean;
    status: RosterStatus<Kind>;
  };

/**
 * The status that an outcome leads to. An arrival that neither fills its page nor makes the quorum of the only page
 * changes nothing: no further read. A quorum over several pages is noticed by the dispatcher and by readers.
 */
export async function statusAfter(
  service: RosterService,
  id: string,
  { page, entry, repeated }: Accepted,
): Promise<RosterStatus> {
  const { kind, table, rosters, now } = service;
  const { open } = WORDS[kind];
  const isOnly = page.pageCount === 1;
  const mayDecide = isCounted(page.rule, entry.outcome);
  const changesNothing = page.rule.creatorDecides || (isAwaited(page) && (entry.outcome === 'arrived' || !mayDecide));
  // Since the request that is repeated, other pages may have been closed.
  if ((isOnly || !repeated) && isOpen(page) && !isDue(page, now()) && changesNothing) return open;
  const nobodyIsPending = !isClosed(page) && !isAwaited(page);
  if (isOnly || (!repeated && nobodyIsPending && !mayDecide)) {
    const known = rosters.get(id);
    const others = await otherOpenPage(table, { kind, id }, page, known?.openPage);
    if (others.open && known) rosters.set(id, { ...known, openPage: others.open.index });
    if (others.open) return open;
    const pages = [...others.read, page].sort((one, other) => one.index - other.index);
    const decision = pages.length === page.pageCount ? decisionOf(pages) : null;
    if (decision) return decision.ending;
  }
  const roster = await loadSettled(service, { kind, id });
  return roster ? statusOf(roster) : open;
}
