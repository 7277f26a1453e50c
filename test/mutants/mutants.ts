/** The invariants of the service: what must hold whatever races, fails or dies. */
export const INVARIANTS = {
  I1: 'one ending',
  I2: 'completed if and only if everyone arrived, or by hand',
  I3: 'an accepted arrival or report is in for ever, a refused one never',
  I4: 'nothing is accepted after the deadline or after an answered ending',
  I5: 'every change has exactly one event',
  I6: 'every notification is in every recipient’s inbox exactly once',
  I7: 'what is cut short heals without a person',
  I8: 'nothing is read or written by agents without a relation',
  I9: 'the write units of an arrival do not grow with the participants',
} as const;

export type Invariant = keyof typeof INVARIANTS;

/** One wrong place in the source, and the tests that must notice it. */
export interface Mutant {
  readonly invariant: Invariant;
  /** What is wrong, as a fact. */
  readonly name: string;
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly killedBy: {
    readonly project: 'unit' | 'integration' | 'properties';
    /** Name of the test file, without `.test.ts`. */
    readonly file: string;
    /** Part of the full name of the tests; all of the file's unless given. */
    readonly test?: string;
  };
}

const PAGE_WRITES = 'lib/rosters/page-expressions.ts';
const TRACKER_WRITES = 'lib/progress-trackers/tracker-expressions.ts';

/** Of the cases that go through every order, the one of two different endings by hand and by deadline. */
const EVERY_ORDER = 'two of them on the first page of 2, with a cancel and the schedule of the deadline';

export const MUTANTS: readonly Mutant[] = [
  {
    invariant: 'I1',
    name: 'a page that has been filled can be closed',
    file: PAGE_WRITES,
    find: 'all(NOT_FILLED, NOT_CLOSED, ...deadlineRule)',
    replace: 'all(NOT_CLOSED, ...deadlineRule)',
    killedBy: { project: 'properties', file: 'interleavings', test: EVERY_ORDER },
  },
  {
    invariant: 'I1',
    name: 'a page that has been closed can be closed again',
    file: PAGE_WRITES,
    find: 'all(NOT_FILLED, NOT_CLOSED, ...deadlineRule)',
    replace: 'all(NOT_FILLED, ...deadlineRule)',
    killedBy: { project: 'properties', file: 'interleavings', test: EVERY_ORDER },
  },
  {
    invariant: 'I1',
    name: 'the last closed page decides',
    file: 'lib/rosters/decision.ts',
    find: 'pages.find(isClosed)?.closing',
    replace: 'pages.findLast(isClosed)?.closing',
    killedBy: { project: 'unit', file: 'rosters', test: 'is what the lowest closed page says' },
  },
  {
    invariant: 'I1',
    name: 'the walk skips the page behind the one that decides',
    file: 'lib/rosters/walk.ts',
    find: 'pages.slice(index + 1)',
    replace: 'pages.slice(index + 2)',
    killedBy: { project: 'properties', file: 'interleavings', test: EVERY_ORDER },
  },
  {
    invariant: 'I1',
    name: 'a completed tracker can be cancelled',
    file: TRACKER_WRITES,
    find: "...closeUpdate(closing),\n    ConditionExpression: all('attribute_exists(pk)', NOT_CLOSED),",
    replace: "...closeUpdate(closing),\n    ConditionExpression: 'attribute_exists(pk)',",
    killedBy: { project: 'integration', file: 'progress-trackers', test: 'the creator reaching the total completes' },
  },
  {
    invariant: 'I2',
    name: 'a page on which one is pending counts as filled',
    file: 'lib/rosters/page.ts',
    find: 'page.pending.size === 0',
    replace: 'page.pending.size <= 1',
    killedBy: { project: 'properties', file: 'interleavings', test: EVERY_ORDER },
  },
  {
    invariant: 'I2',
    name: 'whoever fills a page does not look at the other pages',
    file: 'lib/rosters/roster-repository.ts',
    find: 'if (notDone) return indexOfPage(notDone);',
    replace: '',
    killedBy: { project: 'properties', file: 'interleavings', test: 'random orders of the requests to a sync point' },
  },
  {
    invariant: 'I2',
    name: 'whoever fills a page looks only at the one that was not filled before',
    file: 'lib/rosters/roster-repository.ts',
    find: 'start < others.length;',
    replace: 'start < 1;',
    killedBy: { project: 'integration', file: 'arrivals', test: 'with 200 participants' },
  },
  {
    invariant: 'I2',
    name: 'who leaves the total again is not counted',
    file: TRACKER_WRITES,
    find: 'remaining + :one',
    replace: 'remaining - :one + :one',
    killedBy: { project: 'integration', file: 'progress-trackers', test: 'who goes back reopens the count' },
  },
  {
    invariant: 'I2',
    name: 'everyone completes a tracker although one has just gone back',
    file: TRACKER_WRITES,
    find: "all('remaining = :none', NOT_CLOSED)",
    replace: "all(':none = :none', NOT_CLOSED)",
    killedBy: { project: 'properties', file: 'interleavings', test: 'random orders of the requests to a tracker' },
  },
  {
    invariant: 'I3',
    name: 'a second arrival takes the place of the first',
    file: PAGE_WRITES,
    find: 'all(IS_PENDING, NOT_CLOSED, BEFORE_DEADLINE)',
    replace: 'all(NOT_CLOSED, BEFORE_DEADLINE)',
    killedBy: { project: 'integration', file: 'arrivals', test: 'repeated with other data' },
  },
  {
    invariant: 'I3',
    name: 'data is removed although its arrival may have been accepted',
    file: 'lib/rosters/attempt-data.ts',
    find: 'keep = !(error instanceof MusterError) || error.retryable;',
    replace: 'keep = false;',
    killedBy: { project: 'integration', file: 'crashes', test: 'to the UpdateItemCommand of an arrival with data' },
  },
  {
    invariant: 'I3',
    name: 'attempts in one millisecond share the place of their data',
    file: 'lib/rosters/attempt-data.ts',
    find: 'attribute_not_exists(pk) OR attempt = :attempt',
    replace: 'attribute_not_exists(pk) OR attempt <> :attempt',
    killedBy: { project: 'integration', file: 'races', test: 'the same agent arriving 20 times at once on 1 pages' },
  },
  {
    invariant: 'I3',
    name: 'a report with ifStep overwrites another step',
    file: TRACKER_WRITES,
    find: '...(report.ifStep === undefined ? [] : [`${path} BETWEEN :expected AND :expectedLast`]),',
    replace: '...(report.ifStep === undefined ? [] : [`:expected < :expectedLast`]),',
    killedBy: { project: 'integration', file: 'progress-trackers', test: 'ifStep guards against a stale view' },
  },
  {
    invariant: 'I4',
    name: 'a closed page takes arrivals',
    file: PAGE_WRITES,
    find: 'all(IS_PENDING, NOT_CLOSED, BEFORE_DEADLINE)',
    replace: 'all(IS_PENDING, BEFORE_DEADLINE)',
    killedBy: { project: 'properties', file: 'interleavings', test: EVERY_ORDER },
  },
  {
    invariant: 'I4',
    name: 'arrivals do not look at the deadline',
    file: PAGE_WRITES,
    find: 'all(IS_PENDING, NOT_CLOSED, BEFORE_DEADLINE)',
    replace: "all(IS_PENDING, NOT_CLOSED, 'attribute_not_exists(nothing) AND :now = :now')",
    killedBy: { project: 'integration', file: 'arrivals', test: 'is refused once the deadline has come' },
  },
  {
    invariant: 'I4',
    name: 'the millisecond of the deadline still counts',
    file: PAGE_WRITES,
    find: 'deadline > :now)',
    replace: 'deadline >= :now)',
    killedBy: { project: 'integration', file: 'arrivals', test: 'is refused once the deadline has come' },
  },
  {
    invariant: 'I4',
    name: 'a walk lets the old deadline end what has been moved',
    file: 'lib/rosters/walk.ts',
    find: 'if (carried && page.moves < carried.moves) {',
    replace: 'if (carried && page.moves > carried.moves) {',
    killedBy: { project: 'integration', file: 'crashes', test: 'a move decided on a page that is filled since' },
  },
  {
    invariant: 'I4',
    name: 'an ended tracker takes reports',
    file: TRACKER_WRITES,
    find: '    conditions: [\n      NOT_CLOSED,',
    replace: '    conditions: [',
    killedBy: { project: 'integration', file: 'progress-trackers', test: 'the creator reaching the total completes' },
  },
  {
    invariant: 'I4',
    name: 'a report tells of an ending while others are still taken',
    file: 'lib/progress-trackers/report-progress.ts',
    find: 'mayBeLast || read?.closing ?',
    replace: 'mayBeLast ?',
    killedBy: { project: 'properties', file: 'interleavings', test: 'random orders of the requests to a tracker' },
  },
  {
    invariant: 'I5',
    name: 'ids of events and messages are drawn by lot',
    file: 'lib/events/event.ts',
    find: 'uuidv7({ msecs: timestampMs, random: digest.subarray(0, 16), seq: digest.readUInt32BE(16) })',
    replace: 'uuidv7({ msecs: timestampMs + 0 * digest.length })',
    killedBy: { project: 'integration', file: 'dispatch', test: 'every change delivered 2 times' },
  },
  {
    invariant: 'I5',
    name: 'reports of one millisecond have one event',
    file: 'lib/events/event.ts',
    find: "'event', type, relatedId, agentId, discriminator",
    replace: "'event', type, relatedId, agentId, typeof discriminator",
    killedBy: {
      project: 'integration',
      file: 'progress-trackers',
      test: 'two reports of one agent in the same millisecond',
    },
  },
  {
    invariant: 'I5',
    name: 'a batch goes on past a record that failed, and forgets it',
    file: 'lib/dispatcher/in-order-per-key.ts',
    find: 'return run;',
    replace: 'return run.catch(() => undefined);',
    killedBy: { project: 'unit', file: 'dispatch', test: 'runs keys at once and one key in order' },
  },
  {
    invariant: 'I6',
    name: 'a redelivery takes the place of what is in the inbox',
    file: 'lib/messages/inbox-repository.ts',
    find: "ConditionExpression: 'attribute_not_exists(pk)'",
    replace: "ConditionExpression: 'attribute_not_exists(nothing)'",
    killedBy: { project: 'integration', file: 'dispatch', test: 'an acknowledgement survives the replay' },
  },
  {
    invariant: 'I6',
    name: 'the creator is not told of the ending',
    file: 'lib/messages/sync-point-notifications.ts',
    find: '[...new Set([...participants, header.createdBy])]',
    replace: '[...new Set([...participants])]',
    killedBy: { project: 'unit', file: 'dispatch', test: 'an ending goes to participants and creator' },
  },
  {
    invariant: 'I6',
    name: 'the last group of recipients is left out',
    file: 'lib/messages/publish-notification.ts',
    find: 'return group.length > 0 ? [...groups, group] : groups;',
    replace: 'return groups.length > 0 ? groups : [group];',
    killedBy: { project: 'unit', file: 'dispatch', test: 'publishing reaches each of' },
  },
  {
    invariant: 'I7',
    name: 'the dispatcher does not finish walks',
    file: 'lib/sync-points/page-changes.ts',
    find: 'if (endedHere || movedHere(before, after)) await finishWalk(dispatcher, id);',
    replace: 'if (endedHere && movedHere(before, after)) await finishWalk(dispatcher, id);',
    killedBy: { project: 'integration', file: 'crashes', test: 'a cancel is finished by the dispatcher' },
  },
  {
    invariant: 'I7',
    name: 'readers do not finish an ending that was cut short',
    file: 'lib/rosters/decision.ts',
    find: 'decidingClosing(pages) !== null || isDue(firstUndecided, nowMs)',
    replace: 'isDue(firstUndecided, nowMs)',
    killedBy: { project: 'integration', file: 'crashes', test: 'a cancel is finished by a reader' },
  },
  {
    invariant: 'I7',
    name: 'readers leave a header alone that the dispatcher has not written',
    file: 'lib/sync-points/settle-sync-point.ts',
    find: 'decision.endedAtMs + HEAL_AFTER_MS <= nowMs',
    replace: 'decision.endedAtMs + HEAL_AFTER_MS < 0',
    killedBy: { project: 'integration', file: 'crashes', test: 'a reader brings the header in line' },
  },
  {
    invariant: 'I7',
    name: 'a schedule that fires before a moved deadline is not set again',
    file: 'lib/deadlines/expire-deadline.ts',
    find: 'await schedules.set(payload, deadlineMs);',
    replace: '',
    killedBy: { project: 'properties', file: 'faults', test: 'a schedule that fires early' },
  },
  {
    invariant: 'I8',
    name: 'anybody may read a sync point',
    file: 'lib/sync-points/read-sync-point.ts',
    find: 'if (!isRelated(relation)) throw notFound(id);',
    replace: 'void isRelated(relation);',
    killedBy: { project: 'integration', file: 'bad-input', test: 'without a relation get 404' },
  },
  {
    invariant: 'I8',
    name: 'participants may end a sync point',
    file: 'lib/sync-points/read-sync-point.ts',
    find: 'if (relation.creator || relation.admin) return;',
    replace: 'if (relation.creator || relation.admin || relation.participant) return;',
    killedBy: { project: 'integration', file: 'bad-input', test: 'without a relation get 404' },
  },
  {
    invariant: 'I8',
    name: 'a list is open to whoever names its owner',
    file: 'lib/rosters/list-related.ts',
    find: 'if (agentId !== caller.agentId && !isAdmin(caller)) {',
    replace: 'if (agentId === caller.agentId && !caller.agentId) {',
    killedBy: { project: 'integration', file: 'bad-input', test: 'without a relation get 404' },
  },
  {
    invariant: 'I9',
    name: 'pages hold a hundred participants',
    file: 'lib/rosters/page.ts',
    find: 'const MEAN_PARTICIPANTS_PER_PAGE = 10;',
    replace: 'const MEAN_PARTICIPANTS_PER_PAGE = 100;',
    killedBy: { project: 'integration', file: 'arrivals', test: 'with 200 participants' },
  },
  {
    invariant: 'I9',
    name: 'the shape of a roster is not remembered',
    file: 'lib/sync-points/arrive.ts',
    find: 'else if (known?.pageCount !== pageCount || known.salt !== salt) rememberShape(shapes, id, { pageCount, salt });',
    replace: '',
    killedBy: { project: 'integration', file: 'arrivals', test: 'with 21 participants' },
  },
];
