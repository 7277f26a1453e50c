import { headerToItem, newHeader } from '../../lib/rosters/header';
import { pageIndexOf, type RosterShape, type Rule, SINGLE_PAGE, type Terms } from '../../lib/rosters/page';
import { newPageItem } from '../../lib/rosters/page-writes';
import { pageKey, type RosterKind } from '../../lib/table/keys';
import { batchWrite, type Item } from '../../lib/table/table';
import { agent } from './callers';
import type { TrackerRules } from './tracker-model';
import type { World } from './world';

export interface SmallSyncPoint {
  readonly id: string;
  readonly shape: RosterShape;
  readonly participants: readonly string[];
}

export interface SmallSyncPointOptions {
  readonly id: string;
  readonly pageCount: number;
  readonly participants: readonly string[];
  readonly deadlineMs?: number | null;
  readonly quorum?: number | null;
  readonly endWhen?: Rule['endWhen'];
}

/**
 * A sync point over several pages with a handful of participants, put straight into the table: through the API it takes
 * more than 20, and many rounds of that take long. At least one participant stands on every page.
 */
export async function putSmallSyncPoint(world: World, options: SmallSyncPointOptions): Promise<SmallSyncPoint> {
  const { shape, items } = smallSyncPoint(options, world.clock.nowMs);
  await batchWrite(
    world.table,
    items.map((item) => ({ put: item })),
  );
  return { id: options.id, shape, participants: options.participants };
}

/** The same as items. */
export function smallSyncPoint(
  { id, pageCount, participants, deadlineMs = null, quorum = null, endWhen = 'decided' }: SmallSyncPointOptions,
  createdAtMs: number,
): { shape: RosterShape; items: Item[] } {
  const rule = { quorum, endWhen, creatorDecides: false };
  const terms = { deadlineMs, totalSteps: null };
  return smallRoster('SP', { id, pageCount, participants, rule, terms, monotonic: false, createdAtMs });
}

/** A tracker over several pages with a handful of participants, as items. The creator is called `creator`. */
export function smallTracker(
  { id, pageCount, ...rules }: { readonly id: string; readonly pageCount: number } & Omit<TrackerRules, 'creator'>,
  createdAtMs: number,
): { shape: RosterShape; items: Item[] } {
  const { participants, completeWhen, totalSteps, monotonic, deadlineMs = null } = rules;
  const rule = { quorum: null, endWhen: 'decided', creatorDecides: completeWhen === 'creator' } as const;
  const terms = { deadlineMs, totalSteps };
  return smallRoster('PT', { id, pageCount, participants, rule, terms, monotonic, createdAtMs });
}

interface SmallRoster {
  readonly id: string;
  readonly pageCount: number;
  readonly participants: readonly string[];
  readonly rule: Rule;
  readonly terms: Terms;
  readonly monotonic: boolean;
  readonly createdAtMs: number;
}

function smallRoster(
  kind: RosterKind,
  { id, pageCount, participants, rule, terms, monotonic, createdAtMs }: SmallRoster,
): { shape: RosterShape; items: Item[] } {
  const creator = kind === 'PT' ? { agentId: 'creator', participates: participants.includes('creator') } : undefined;
  const others = participants.filter((who) => who !== creator?.agentId);
  const shape = shapeThatUsesAllPages(others, pageCount);
  const header = newHeader(
    { id, caller: agent('creator'), nowMs: createdAtMs, requestHash: '' },
    { name: 'meeting' },
    { ...shape, participantCount: participants.length, rule, monotonic, firstTerms: terms },
  );
  const pages = Array.from({ length: shape.pageCount }, (_, index) => ({
    ...pageKey(kind, id, index),
    ...newPageItem(
      {
        participants: others.filter((participant) => pageIndexOf(participant, shape) === index),
        creator: index === 0 ? creator : undefined,
        rule,
        terms,
        monotonic,
      },
      shape,
    ),
  }));
  return { shape, items: [{ ...headerToItem(kind, header), participants }, ...pages] };
}

function shapeThatUsesAllPages(participants: readonly string[], pageCount: number): RosterShape {
  if (pageCount === 1) return SINGLE_PAGE;
  for (let salt = 1; salt < 10_000; salt++) {
    const shape = { pageCount, salt };
    if (new Set(participants.map((participant) => pageIndexOf(participant, shape))).size === pageCount) return shape;
  }
  throw new Error(`no salt spreads ${participants.join(', ')} over ${pageCount} pages`);
}
