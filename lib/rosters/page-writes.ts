import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { assigning } from '../table/conditional-write';
import { pageIndexOfKey } from '../table/keys';
import type { Item } from '../table/table';
import {
  boundsOfStep,
  decodeEntry,
  encodeEntry,
  encodeOutcome,
  encodeReport,
  type Entry,
  LOWEST_OUTCOME,
  type Outcome,
  PENDING,
  stepOfPrefix,
  stepPrefix,
} from './entry';
import type { Closing, Move, MovedTerms, Page, RosterShape, Rule, Terms } from './page';

/**
 * How a page is stored, and every conditional write that may change it, as pure functions from arguments to request
 * parameters.
 *
 *     arrive, fail, excuse   the entry is as known, the page is open, the deadline ahead    → SET who.x, ADD pend, arr
 *     report                 pending, open, ahead, step ≤ limit, monotonic, ifStep          → SET who.x [, closedAs …]
 *     repeat a report        the entry is as known, open, ahead                             → SET who.x
 *     close                  open, deadline as required                                     → SET closedAs …
 *     move, follow a move    open, fewer moves; the first page of a move: ahead             → SET moves, due, limit …
 *
 * Attribute names are short enough that 20 participants with ids of 36 characters fit 1 KB: one write unit.
 *
 *     who       agent → what became of it (entry.ts)         need      Rule.quorum
 *     overall   the same of the creator of a tracker         late      endWhen is everyone
 *     part      the creator participates                 stalls    mayStall
 *     pend arr  how many are pending, have arrived           chief     the creator decides
 *     due       deadline                                     rising    monotonic
 *     limit     total steps, as prefix of entries            news      Page.reports
 *     pages salt  RosterShape; absent with one page
 */
export type UpdateParams = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

const SOMEBODY_IS_PENDING = '(pend > :zero OR attribute_exists(chief))';
/** For the only page of a roster with a quorum; others don't settle themselves. */
const QUORUM_IS_MISSING =
  '(attribute_not_exists(need) OR attribute_exists(late) OR attribute_exists(pages) OR arr < need)';
const NOT_CLOSED = 'attribute_not_exists(closedAs)';
const OPEN = `${SOMEBODY_IS_PENDING} AND ${QUORUM_IS_MISSING} AND ${NOT_CLOSED}`;
const AHEAD = '(attribute_not_exists(due) OR due > :now)';
const IS_DUE = 'due <= :now';
const FEWER_MOVES = '(attribute_not_exists(moves) OR moves < :moves)';

const pathOf = (overall: boolean): string => (overall ? 'overall.#agent' : 'who.#agent');
const all = (...conditions: string[]): string => conditions.join(' AND ');

export interface NewPage {
  readonly participants: readonly string[];
  /** On the first page of a tracker: its creator, whose step is the overall step. */
  readonly creator?: { readonly agentId: string; readonly participates: boolean } | undefined;
  readonly rule: Rule;
  readonly terms: Terms;
  readonly monotonic?: boolean;
  readonly mayStall?: boolean;
}

export function newPageItem(page: NewPage, shape: RosterShape): Item {
  const { participants, creator, rule, terms, monotonic, mayStall } = page;
  return {
    who: Object.fromEntries(participants.map((id) => [id, PENDING])),
    ...(creator && { overall: { [creator.agentId]: PENDING } }),
    ...(creator?.participates === true && { part: true }),
    // Where everyone must arrive, a creator that takes no part is pending for ever, so it can report until the end.
    pend: participants.length + (creator && (creator.participates || !rule.creatorDecides) ? 1 : 0),
    arr: 0,
    ...(shape.pageCount > 1 && { pages: shape.pageCount, salt: shape.salt }),
    ...(rule.quorum !== null && { need: rule.quorum }),
    ...(rule.endWhen === 'everyone' && { late: true }),
    ...(rule.creatorDecides && { chief: true }),
    ...(terms.deadlineMs !== null && { due: terms.deadlineMs }),
    ...(terms.totalSteps !== null && { limit: stepPrefix(terms.totalSteps) }),
    ...(monotonic === true && { rising: true }),
    ...(mayStall === true && { stalls: true }),
  };
}

/** The sort key ends with the index. */
const indexOfPage = (item: Item): number => pageIndexOfKey(String(item['sk']));

interface StoredPage {
  who: Record<string, string>;
  overall?: Record<string, string>;
  part?: boolean;
  pages?: number;
  salt?: number;
  need?: number;
  late?: boolean;
  chief?: boolean;
  due?: number;
  limit?: string;
  rising?: boolean;
  stalls?: boolean;
  news?: number;
  moves?: number;
  move?: Move;
  closedAs?: Closing['as'];
  closedAt?: number;
  closedBy?: string;
  closedReason?: string;
  closedFirst?: boolean;
}

export function pageFromItem(item: Item): Page {
  const stored = item as unknown as StoredPage;
  const entries = new Map(Object.entries(stored.who).map(([id, text]) => [id, decodeEntry(text)]));
  const [creator] = Object.entries(stored.overall ?? {});
  const overall = creator && { agentId: creator[0], entry: decodeEntry(creator[1]) };
  if (overall && stored.part) entries.set(overall.agentId, overall.entry);
  return {
    index: indexOfPage(item),
    pageCount: stored.pages ?? 1,
    salt: stored.salt ?? 0,
    entries,
    overall: overall ? { ...overall, participates: stored.part ?? false } : null,
    rule: {
      quorum: stored.need ?? null,
      endWhen: stored.late ? 'everyone' : 'decided',
      creatorDecides: stored.chief ?? false,
    },
    monotonic: stored.rising ?? false,
    mayStall: stored.stalls ?? false,
    reports: stored.news ?? 0,
    terms: {
      deadlineMs: stored.due ?? null,
      totalSteps: stored.limit === undefined ? null : stepOfPrefix(stored.limit),
    },
    moves: stored.moves ?? 0,
    move: stored.move ?? null,
    closing:
      stored.closedAs === undefined
        ? null
        : {
            as: stored.closedAs,
            atMs: stored.closedAt ?? 0,
            by: stored.closedBy ?? '',
            reason: stored.closedReason ?? null,
          },
    closedFirst: stored.closedFirst ?? false,
  };
}

/** A pending entry that never reported: what every participant of a sync point is until its outcome. */
export const UNREPORTED: Entry = decodeEntry(PENDING);

/** Which entry of a page is written, and what is known of it: the write is refused if that has changed. */
interface Known {
  readonly agentId: string;
  /** Whether the agent stands on the page as its creator (see newPageItem). */
  readonly overall: boolean;
  /** It is pending. */
  readonly known: Entry;
}

export interface NewOutcome extends Known {
  readonly outcome: Exclude<Outcome, 'pending'>;
  /** The time to record. */
  readonly atMs: number;
  /** Whether details are stored under it. */
  readonly detailed: boolean;
}

function entryParams({ agentId, overall, known }: Known, entry: string, nowMs: number): UpdateParams {
  const path = pathOf(overall);
  return {
    UpdateExpression: `SET ${path} = :entry`,
    ConditionExpression: all(`${path} = :known`, OPEN, AHEAD),
    ExpressionAttributeNames: { '#agent': agentId },
    ExpressionAttributeValues: { ':entry': entry, ':known': encodeEntry(known), ':zero': 0, ':now': nowMs },
  };
}

/**
 * An outcome. 1 write unit for a page within 1 KB.
 *
 * @param nowMs the time to compare with the deadline, read just before the write
 */
export function outcomeParams(given: NewOutcome, nowMs: number): UpdateParams {
  const { outcome, atMs, detailed, known } = given;
  const params = entryParams(given, encodeOutcome(outcome, atMs, detailed, known), nowMs);
  const arrives = outcome === 'arrived';
  return {
    ...params,
    UpdateExpression: `${params.UpdateExpression} ADD pend :less${arrives ? ', arr :one' : ''}`,
    ExpressionAttributeValues: { ...params.ExpressionAttributeValues, ':less': -1, ...(arrives && { ':one': 1 }) },
  };
}

export interface NewReport {
  readonly agentId: string;
  readonly step: number;
  readonly atMs: number;
  /** The step that the reporter assumes to be current. */
  readonly ifStep: number | undefined;
  /** Whether it is a report of the creator: of the overall step. */
  readonly overall: boolean;
  /** What it means that the step is the total; `below`: it is not. */
  readonly reaches: Reaches;
  /** A report of the same step with other data: the entry, which must not have changed since. */
  readonly known: Entry | null;
}

export type Reaches = 'below' | 'arrival' | 'ending' | 'nothing';

/** @param creator whether it participates; null for a report of anybody else */
export function reachesOf(
  step: number,
  { terms, rule }: { readonly terms: Terms; readonly rule: Rule },
  creator: { readonly participates: boolean } | null,
): Reaches {
  if (step < (terms.totalSteps ?? Infinity)) return 'below';
  if (rule.creatorDecides) return creator ? 'ending' : 'nothing';
  return creator?.participates === false ? 'nothing' : 'arrival';
}

/** A report that is more than a repeat. 1 write unit for a page within 1 KB. */
export function reportParams(report: NewReport, nowMs: number): UpdateParams {
  const { agentId, step, atMs, ifStep, reaches, known } = report;
  const path = pathOf(report.overall);
  const expected = ifStep === undefined ? null : boundsOfStep(ifStep);
  const arrives = reaches === 'arrival';
  const ends = reaches === 'ending';
  return {
    UpdateExpression: `SET ${path} = :entry${ends ? ', closedAs = :as, closedAt = :at, closedBy = :agent, closedFirst = :true' : ''} ADD ${arrives ? 'pend :less, arr :one' : 'news :one'}`,
    ConditionExpression: all(
      `${path} < :outcome`,
      OPEN,
      AHEAD,
      REACHES[reaches](report.overall),
      `(attribute_not_exists(rising) OR ${path} < :above)`,
      ...(expected ? [`${path} BETWEEN :expected AND :expectedLast`] : []),
      // The same step once more is a sign of life (see repeatParams), unless it comes with data or is the ending.
      ...(known ? [`${path} = :known`] : ends || arrives ? [] : [`NOT ${path} BETWEEN :step AND :above`]),
    ),
    ExpressionAttributeNames: { '#agent': agentId, '#limit': 'limit' },
    ExpressionAttributeValues: {
      ':entry': arrives
        ? encodeOutcome('arrived', atMs, false, { step, reportedAtMs: atMs })
        : encodeReport(step, atMs, { movedAtMs: known?.movedAtMs ?? null }),
      ':outcome': LOWEST_OUTCOME,
      ':step': stepPrefix(step),
      ':above': boundsOfStep(step)[1],
      ...(expected && { ':expected': expected[0], ':expectedLast': expected[1] }),
      ...(known && { ':known': encodeEntry(known) }),
      ...(ends && { ':as': 'completed', ':at': atMs, ':agent': agentId, ':true': true }),
      ...(arrives && { ':less': -1 }),
      ':one': 1,
      ':zero': 0,
      ':now': nowMs,
    },
  };
}

/** What a report requires of the page, so that it means what its sender takes it for. */
const REACHES: Readonly<Record<Reaches, (overall: boolean) => string>> = {
  below: () => ':step < #limit',
  arrival: (overall) => `:step = #limit AND attribute_not_exists(chief)${overall ? ' AND attribute_exists(part)' : ''}`,
  ending: () => ':step = #limit AND attribute_exists(chief)',
  nothing: (overall) =>
    `:step = #limit AND ${overall ? 'attribute_not_exists(chief) AND attribute_not_exists(part)' : 'attribute_exists(chief)'}`,
};

/** A sign of life: the step of the latest report once more, without data. */
export const repeatParams = (of: Known, nowMs: number): UpdateParams =>
  entryParams(of, encodeEntry({ ...of.known, seenAtMs: nowMs }), nowMs);

/**
 * - `not-due`: the first closing by hand, or by the counts; refused once the deadline has passed.
 * - `due`: the first closing by deadline; refused while the page's own deadline lies ahead.
 * - `any`: a page behind the one that decided.
 */
export type DeadlineRule = 'due' | 'not-due' | 'any';

export function closeParams({ as, atMs, by, reason }: Closing, rule: DeadlineRule, nowMs: number): UpdateParams {
  const deadlineRule = { due: [IS_DUE], 'not-due': [AHEAD], any: [] }[rule];
  const isFirst = rule !== 'any';
  return assigning(
    // The reason is read from the page that decided alone.
    { closedAs: as, closedAt: atMs, closedBy: by, ...(isFirst && { closedReason: reason, closedFirst: true }) },
    all(OPEN, ...deadlineRule),
    { ':zero': 0, ...(isFirst && { ':now': nowMs }) },
  );
}

/**
 * Adopts terms: those that `decided` decides here, on the first open page, or those of an earlier page, whatever the
 * time. Refused if there has been another move since the page was read.
 */
export function moveParams(page: Page, to: MovedTerms, decided: Move | null, nowMs: number): UpdateParams {
  const { moves, deadlineMs, totalSteps } = to;
  const limit = totalSteps === null ? undefined : stepPrefix(totalSteps);
  const { before, after, count } = arrivalsBy(totalSteps, page, nowMs);
  const isAsRead = Object.keys(before).map((map) => `${map} = :${map}Before`);
  const params = assigning(
    { moves, move: decided ?? undefined, due: deadlineMs, limit, ...after },
    all(OPEN, FEWER_MOVES, ...(decided ? [AHEAD] : []), ...isAsRead),
    {
      ...Object.fromEntries(Object.entries(before).map(([map, texts]) => [`:${map}Before`, texts])),
      ...(decided && { ':now': nowMs }),
      ...{ ':zero': 0, ':less': -count, ':more': count },
    },
  );
  return { ...params, UpdateExpression: `${params.UpdateExpression ?? ''} ADD pend :less, arr :more` };
}

/**
 * With a lowered total, who has reached it has arrived, unless the creator decides. All entries are written, and
 * compared with what they were before, so that no report between the read and the write is lost.
 */
function arrivalsBy(totalSteps: number | null, page: Page, nowMs: number) {
  if (totalSteps === null || page.rule.creatorDecides || totalSteps >= (page.terms.totalSteps ?? 0)) {
    return { before: {}, after: {}, count: 0 };
  }
  const arrives = ({ outcome, step }: Entry): boolean => outcome === 'pending' && step >= totalSteps;
  return {
    before: entriesAs(page, encodeEntry),
    after: entriesAs(page, (entry) =>
      arrives(entry) ? encodeOutcome('arrived', nowMs, false, entry) : encodeEntry(entry),
    ),
    count: [...page.entries.values()].filter(arrives).length,
  };
}

/** The entries of the participants as they are stored: that of the creator is apart. */
function entriesAs({ entries, overall }: Page, textOf: (entry: Entry) => string) {
  const creator = overall?.participates === true ? overall : null;
  const others = [...entries].filter(([id]) => id !== creator?.agentId);
  return {
    who: Object.fromEntries(others.map(([id, entry]) => [id, textOf(entry)])),
    ...(creator && { overall: { [creator.agentId]: textOf(creator.entry) } }),
  };
}
