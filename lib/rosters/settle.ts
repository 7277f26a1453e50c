import type { Service } from '../table/service';
import type { Table } from '../table/table';
import { readDetailsOf } from './details';
import { currentTerms, decisionOf, dueClosing, SYSTEM } from './decision';
import type { RosterId } from './pages';
import { loadRoster, projectEnding, projectTerms, type Roster, rosterId, withOutcome } from './roster';
import { walk, type Wish } from './walk';

/**
 * The dispatcher writes a completed header within moments of the last arrival. If it is still unwritten after this
 * time, a reader assumes that the dispatcher is late, and writes it.
 */
const HEAL_AFTER_MS = 5_000;

/**
 * Carries out a wish on the pages and updates the header. Returns the resulting roster; null if retention removed it
 * meanwhile.
 */
export async function walkRoster(
  table: Table,
  roster: Roster,
  wish: Wish,
  nowMs: number,
): Promise<{ roster: Roster; moved: boolean } | null> {
  const id = rosterId(roster);
  const walked = await walk(table, { ...id, pages: roster.pages }, wish, nowMs);
  if (!walked) return null;
  const decision = decisionOf(walked.pages);
  const terms = currentTerms(walked.pages);
  if (decision && roster.header.status === 'open') await projectEnding(table, id, decision);
  if (!decision && terms.moves > roster.header.moves) await projectTerms(table, id, terms);
  return { roster: await withFirstFailure(table, { ...roster, pages: walked.pages }), moved: walked.moved };
}

/**
 * Every reader first ends what the counts or the deadline have decided, and finishes an interrupted walk, so that its
 * result can never be overturned. Costs nothing if nothing is due.
 */
export async function settleRoster({ table, now }: Service, roster: Roster): Promise<Roster | null> {
  const nowMs = now();
  const due = dueClosing(roster.pages, nowMs);
  if (due) {
    const wish: Wish = due === 'finish' ? { kind: 'observe' } : { kind: 'end', closing: due };
    const walked = await walkRoster(table, roster, wish, nowMs);
    return walked?.roster ?? null;
  }
  const decision = decisionOf(roster.pages);
  if (decision && roster.header.status === 'open' && decision.endedAtMs + HEAL_AFTER_MS <= nowMs) {
    await projectEnding(table, rosterId(roster), decision);
  }
  return withFirstFailure(table, roster);
}

/** As every reader finds it; null if it does not exist. */
export async function loadSettled(service: Service, id: RosterId): Promise<Roster | null> {
  const loaded = await loadRoster(service.table, id);
  return loaded && settleRoster(service, loaded);
}

/** Everyone who waited is told why: 1 read unit per 4 KB of its details, only where a failure was the ending. */
async function withFirstFailure(table: Table, roster: Roster): Promise<Roster> {
  const decision = decisionOf(roster.pages);
  if (decision?.ending !== 'failed' || decision.endedBy !== SYSTEM) return roster;
  const [first] = withOutcome(roster, 'failed');
  if (first?.atMs === null || first === undefined || !first.detailed) return roster;
  const details = await readDetailsOf(table, rosterId(roster), { agentId: first.agentId, atMs: first.atMs });
  return { ...roster, firstFailure: details?.reason ?? null };
}
