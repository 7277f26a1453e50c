/** Entries, pages and rosters made by hand, without a table, and writes of a page. */
import { expect } from '@jest/globals';
import { decodeEntry, encodeOutcome, encodeReport, type Entry, type Outcome } from '../../lib/rosters/entry';
import { newHeader, type RosterHeader } from '../../lib/rosters/header';
import { type Closing, type Page, type RosterShape, type Rule, SINGLE_PAGE } from '../../lib/rosters/page';
import {
  type NewOutcome,
  newPageItem,
  type NewReport,
  pageFromItem,
  UNREPORTED,
  type UpdateParams,
} from '../../lib/rosters/page-writes';
import type { Roster } from '../../lib/rosters/roster';
import { pageKey } from '../../lib/table/keys';
import type { Item } from '../../lib/table/table';
import { agent } from './callers';
import { holds, updated } from './expressions';

const outcomeAt = (outcome: Exclude<Outcome, 'pending'>, atMs: number, before: Entry = UNREPORTED): Entry =>
  decodeEntry(encodeOutcome(outcome, atMs, outcome !== 'arrived', before));
export const arrivedAt = (atMs: number): Entry => outcomeAt('arrived', atMs);
export const failedAt = (atMs: number): Entry => outcomeAt('failed', atMs);
export const excusedAt = (atMs: number): Entry => outcomeAt('excused', atMs);

/** Of a tracker's participant. */
export const reportedAt = (step: number, atMs: number): Entry => decodeEntry(encodeReport(step, atMs));
/** A report of the total where everyone must reach it. */
export const finishedAt = (step: number, atMs: number): Entry =>
  decodeEntry(encodeOutcome('arrived', atMs, false, { step, reportedAtMs: atMs }));

/** Everyone must arrive, and the first failure is the ending. */
export const ALL_MUST_ARRIVE: Rule = { quorum: null, endWhen: 'decided', creatorDecides: false };
export const CREATOR_DECIDES: Rule = { ...ALL_MUST_ARRIVE, creatorDecides: true };

/** A page of a sync point; the only one unless given otherwise. */
export const pageOf = (entries: Readonly<Record<string, Entry>>, given: Partial<Page> = {}): Page => ({
  index: 0,
  ...SINGLE_PAGE,
  entries: new Map(Object.entries(entries)),
  overall: null,
  rule: ALL_MUST_ARRIVE,
  monotonic: false,
  mayStall: false,
  reports: 0,
  terms: { deadlineMs: null, totalSteps: null },
  moves: 0,
  move: null,
  closing: null,
  closedFirst: false,
  ...given,
});

export const closingOf = (as: Closing['as'], by: string, atMs: number, reason: string | null = null): Closing => ({
  ...{ as, by, atMs, reason },
});

/** A roster of one page. */
export function rosterOf(kind: Roster['kind'], page: Page, header: Partial<RosterHeader> = {}): Roster {
  const participants = [...page.entries.keys()];
  return {
    kind,
    header: {
      ...newHeader(
        { id: 'release', caller: agent('orchestrator'), nowMs: 0, requestHash: '' },
        { name: 'Release' },
        {
          ...SINGLE_PAGE,
          participantCount: participants.length,
          rule: page.rule,
          monotonic: page.monotonic,
          firstTerms: page.terms,
        },
      ),
      moves: page.moves,
      ...header,
    },
    pages: [page],
    participants,
    firstFailure: null,
  };
}

export const AT = Date.parse('2026-03-01T12:00:00.123Z');

export const arrivalOf = (agentId: string, given: Partial<NewOutcome> = {}): NewOutcome => ({
  ...{ agentId, outcome: 'arrived', atMs: AT, detailed: false, known: UNREPORTED, overall: false },
  ...given,
});
export const reportOf = (step: number, given: Partial<NewReport> = {}): NewReport => ({
  ...{ agentId: 'a', step, atMs: AT, ifStep: undefined, overall: false, reaches: 'below', known: null },
  ...given,
});

export const NO_TERMS = { deadlineMs: null, totalSteps: null };

/** A stored page of `a` and `b`. */
export const syncPointPage = (rule: Partial<Rule> = {}, more: Item = {}, shape: RosterShape = SINGLE_PAGE): Item => ({
  ...pageKey('SP', 'release', 0),
  ...newPageItem({ participants: ['a', 'b'], rule: { ...ALL_MUST_ARRIVE, ...rule }, terms: NO_TERMS }, shape),
  ...more,
});

/** A stored page of `a`, `b` and the creator `lead`, of ten steps unless given otherwise. */
export const trackerPage = (
  rule: Rule,
  {
    participates = false,
    monotonic = false,
    totalSteps = 10,
    more = {},
  }: { participates?: boolean; monotonic?: boolean; totalSteps?: number; more?: Item } = {},
): Item => ({
  ...pageKey('PT', 'build', 0),
  ...newPageItem(
    {
      participants: ['a', 'b'],
      creator: { agentId: 'lead', participates },
      rule,
      terms: { deadlineMs: null, totalSteps },
      monotonic,
    },
    SINGLE_PAGE,
  ),
  ...more,
});
export const closed: Item = { closedAs: 'cancelled', closedAt: AT, closedBy: 'lead' };
export const entryOf = (item: Item, agentId: string): Entry | undefined => {
  const { entries, overall } = pageFromItem(item);
  return entries.get(agentId) ?? (overall?.agentId === agentId ? overall.entry : undefined);
};

/** The item after a write that must be accepted. */
export function written(item: Item, params: UpdateParams): Item {
  expect(holds(params.ConditionExpression, params, item)).toBe(true);
  return updated(params.UpdateExpression ?? '', params, item);
}
export const isRefused = (item: Item, params: UpdateParams): boolean =>
  !holds(params.ConditionExpression, params, item);

/** A page after a write of each agent. */
export const writtenByAll = (item: Item, ids: readonly string[], write: (agentId: string) => UpdateParams): Item =>
  ids.reduce((before, agentId) => written(before, write(agentId)), item);
