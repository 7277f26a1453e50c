import { agentWarnings, lostWarnings, type Warning } from '../agents/warnings';
import { busy } from '../common/errors';
import type { Caller } from '../http/caller';
import { pageKey } from '../table/keys';
import type { Item } from '../table/table';
import { traceAttribute } from '../table/trace-attribute';
import { createOnce, findRepeated, isRepeatable, newCreation } from './create-once';
import { deadlineOf, deadlineProblem, type GivenDeadline } from './deadline';
import { type Described, headerToItem, newHeader } from './header';
import { rosterChunks } from './items';
import { type PageCapacity, type Rule, splitRoster } from './page';
import { newPageItem, pageFromItem } from './page-writes';
import { loadRoster, type Roster, withOutcome } from './roster';
import type { RosterService } from './service';
import { settleRoster } from './settle';

export interface CreatingInput extends Described, GivenDeadline {
  readonly id?: string | undefined;
  readonly participants?: readonly string[] | undefined;
}

/** What makes it a sync point or a tracker. */
export interface Rules {
  readonly rule: Rule;
  readonly capacity: PageCapacity;
  /** Of a tracker, whose creator is on the first page. */
  readonly totalSteps: number | null;
  readonly monotonic: boolean;
}

export interface Creation {
  /** true: an earlier request created it, and this is its present state. */
  readonly repeated: boolean;
  readonly roster: Roster;
  readonly warnings: readonly Warning[];
}

/**
 * Creates header and pages in one transaction; a repeat changes nothing (see createOnce).
 * Cost: 2 write units per page and per KB of the header and the roster.
 *
 * @throws MusterError `….exists`, `request.idempotency-key-reused`, `request.invalid`.
 */
export async function createRoster(
  service: RosterService,
  caller: Caller,
  { input, key }: { readonly input: CreatingInput; readonly key: string | undefined },
  { rule, capacity, totalSteps, monotonic }: Rules,
): Promise<Creation> {
  const { kind, table, now } = service;
  const nowMs = now();
  const creation = newCreation(kind, { caller, input, key, nowMs });
  const { id } = creation;
  const load = () => loadRoster(table, { kind, id });
  const deadlineMs = deadlineOf(input, nowMs);
  const problem = deadlineProblem(deadlineMs, nowMs);
  if (problem) {
    // The repeat of a creation may come after its deadline.
    const first = isRepeatable(creation) ? await findRepeated(table, creation, load) : null;
    if (!first) throw problem;
    return repeatOf(service, first);
  }

  const participants = input.participants ?? [];
  const creator =
    totalSteps === null ? undefined : { agentId: caller.agentId, participates: participants.includes(caller.agentId) };
  const others = creator ? participants.filter((participant) => participant !== creator.agentId) : participants;
  const { shape, pages } = splitRoster(others, capacity, creator ? 1 : 0);
  const terms = { deadlineMs, totalSteps };
  const header = newHeader(creation, input, {
    ...shape,
    participantCount: participants.length,
    rule,
    monotonic,
    firstTerms: terms,
  });
  const common = { rule, terms, monotonic, mayStall: header.stallSeconds !== null };
  const pageItems = pages.map((page, index) => ({
    ...pageKey(kind, id, index),
    ...newPageItem({ ...common, participants: page, creator: index === 0 ? creator : undefined }, shape),
  }));
  const items: Item[] = [
    { ...headerToItem(kind, header), ...(shape.pageCount === 1 && { participants }), ...traceAttribute() },
    ...pageItems,
    ...rosterChunks({ kind, id }, shape, participants, nowMs),
  ];
  const first = await createOnce(table, creation, items, load);
  if (first) return repeatOf(service, first);
  const roster = { kind, header, pages: pageItems.map(pageFromItem), participants, firstFailure: null };
  return { repeated: false, roster, warnings: await warningsOf(service, roster) };
}

/** In its present state, and settled: so that what is said can't be overturned. */
async function repeatOf(service: RosterService, first: Roster): Promise<Creation> {
  const roster = await settleRoster(service, first);
  if (!roster) throw busy(`"${first.header.id}" was removed at this moment; try again.`);
  return { repeated: true, roster, warnings: await warningsOf(service, roster) };
}

async function warningsOf(service: RosterService, roster: Roster): Promise<Warning[]> {
  const { participants, header } = roster;
  const pending = withOutcome(roster, 'pending').map(({ agentId }) => agentId);
  const warnings = await Promise.all([
    agentWarnings(service, participants, header.createdAtMs),
    lostWarnings(service, pending),
  ]);
  return warnings.flat();
}
