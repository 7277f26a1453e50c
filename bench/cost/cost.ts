/**
 * What a month costs: the measured work of one sync point (measured.json, which a test compares with a run) times their
 * number times list prices; beside it the same work in Step Functions and Temporal Cloud.
 */
import measured from './measured.json' with { type: 'json' };
import { PRICES, tiered } from './prices';

/** What the measurement does: one sync point with a deadline, all arrive, everyone reads its inbox once. */
export const PARTICIPANTS = 10;

export interface MeasuredWork {
  /** HTTP requests: one creation, the arrivals, an inbox read by each participant and the creator. */
  readonly requests: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Changes that reach the dispatcher. */
  readonly changes: number;
  readonly busEntries: number;
  readonly publishes: number;
  /** Schedules that fire: the one reminder, which finds the sync point ended. */
  readonly schedulesFired: number;
  readonly storedBytes: number;
}

/**
 * What can't be measured without AWS. Run times are for warm functions; an answer and the lines of a log are rounded
 * up.
 */
export const ASSUMED = {
  serveMs: 15,
  authorizeMs: 8,
  dispatchMs: 60,
  deliverMs: 40,
  remindMs: 30,
  answerBytes: 1_000,
  accessLogBytes: 600,
  /** START, END and REPORT of Lambda, and our line. */
  logBytesPerCall: 700,
  /** Five pollers of the queue that wait 20 s each. */
  emptyReceives: 650_000,
  alarms: 44,
  metrics: 15,
  retentionMonths: 3,
} as const;

const GIB = 2 ** 30;
const SMALL_GB = 0.5;
const DISPATCHER_GB = 1;

/**
 * Per month, in US dollars, by service. No authorizer answer is cached and no two changes share a call: both are upper
 * bounds.
 */
export function costOfMuster(arrivals: number, work: MeasuredWork = measured): Readonly<Record<string, number>> {
  const points = arrivals / PARTICIPANTS;
  const calls = 2 * work.requests + work.changes + work.publishes + work.schedulesFired;
  const gbSeconds =
    (work.requests * (ASSUMED.serveMs + ASSUMED.authorizeMs) * SMALL_GB +
      work.changes * ASSUMED.dispatchMs * DISPATCHER_GB +
      work.publishes * ASSUMED.deliverMs * SMALL_GB +
      work.schedulesFired * ASSUMED.remindMs * SMALL_GB) /
    1_000;
  const logBytes = calls * ASSUMED.logBytesPerCall + work.requests * ASSUMED.accessLogBytes;
  const storedGb = (points * work.storedBytes * ASSUMED.retentionMonths) / GIB;
  return {
    'HTTP API': tiered(points * work.requests, PRICES.httpApiRequest),
    Lambda: points * (calls * PRICES.lambdaCall + gbSeconds * PRICES.lambdaGbSecond),
    'DynamoDB, writes and reads':
      points * (work.writeUnits * PRICES.writeUnit + (work.readUnits + work.requests) * PRICES.readUnit),
    'DynamoDB, storage and recovery': storedGb * (PRICES.tableGbMonth + PRICES.pointInTimeRecoveryGbMonth),
    'EventBridge, SNS, SQS, Scheduler':
      points *
        (work.busEntries * PRICES.busEntry +
          work.publishes * (PRICES.topicPublish + 2 * PRICES.queueRequest) +
          work.schedulesFired * PRICES.scheduleCall) +
      ASSUMED.emptyReceives * PRICES.queueRequest,
    'Logs and traffic':
      points * ((logBytes * PRICES.logGb + work.requests * ASSUMED.answerBytes * PRICES.trafficOutGb) / GIB),
    'Alarms, metrics, dashboard': ASSUMED.alarms * PRICES.alarm + ASSUMED.metrics * PRICES.metric + PRICES.dashboard,
  };
}

/** An agent that is always there, and how often it says so. */
export const CHECK_IN_SECONDS = 30;
export const TTL_SECONDS = 60;
const SECONDS_PER_MONTH = 30 * 86_400;

/** Per month, in US dollars, of one agent: its check-ins, and the schedule that looks and sets itself again. */
export function costOfPresence(): number {
  const checkIns = SECONDS_PER_MONTH / CHECK_IN_SECONDS;
  // At most: a schedule finds at least so much of the promise ahead.
  const looks = SECONDS_PER_MONTH / (TTL_SECONDS - CHECK_IN_SECONDS);
  const gbSeconds =
    ((checkIns * (ASSUMED.serveMs + ASSUMED.authorizeMs) + looks * ASSUMED.remindMs) * SMALL_GB) / 1_000;
  const logBytes = (2 * checkIns + looks) * ASSUMED.logBytesPerCall + checkIns * ASSUMED.accessLogBytes;
  return (
    tiered(checkIns, PRICES.httpApiRequest) +
    (2 * checkIns + looks) * PRICES.lambdaCall +
    gbSeconds * PRICES.lambdaGbSecond +
    checkIns * (PRICES.writeUnit + PRICES.readUnit) +
    looks * (PRICES.readUnit + PRICES.scheduleCall) +
    (logBytes * PRICES.logGb + checkIns * ASSUMED.answerBytes * PRICES.trafficOutGb) / GIB
  );
}

/** Of the requests of a page that is looked at: a page of a list, or a long poll that has something to tell. */
const READ_UNITS_PER_VIEW = 4;

/** Per hour, in US dollars, of a console that is looked at; one that is hidden sends nothing. */
export function costOfConsole(requestsPerMinute: number): number {
  const requests = requestsPerMinute * 60;
  const gbSeconds = (requests * (ASSUMED.serveMs + ASSUMED.authorizeMs) * SMALL_GB) / 1_000;
  const logBytes = requests * (2 * ASSUMED.logBytesPerCall + ASSUMED.accessLogBytes);
  return (
    tiered(requests, PRICES.httpApiRequest) +
    2 * requests * PRICES.lambdaCall +
    gbSeconds * PRICES.lambdaGbSecond +
    requests * READ_UNITS_PER_VIEW * PRICES.readUnit +
    (logBytes * PRICES.logGb + requests * ASSUMED.answerBytes * PRICES.trafficOutGb) / GIB
  );
}

/** Start, a Map, a task with a token per participant, and one that tells everybody. */
export const TRANSITIONS_PER_SYNC_POINT = 1 + 1 + PARTICIPANTS + 1;

export const costOfStepFunctions = (arrivals: number): number =>
  (arrivals / PARTICIPANTS) * TRANSITIONS_PER_SYNC_POINT * PRICES.stateTransition;

/**
 * Start, timer, a signal per participant, an activity that tells everybody, and a query by each who reads the outcome.
 */
export const ACTIONS_PER_SYNC_POINT = 1 + 1 + PARTICIPANTS + 1 + (PARTICIPANTS + 1);

export function costOfTemporal(arrivals: number): number {
  const { atLeast, shareOfUsage, includedActions } = PRICES.temporalPlan;
  const actions = (arrivals / PARTICIPANTS) * ACTIONS_PER_SYNC_POINT;
  const usage = tiered(Math.max(0, actions - includedActions), PRICES.temporalAction);
  return usage + Math.max(atLeast, usage * shareOfUsage);
}

const VOLUMES = [10_000, 1_000_000, 100_000_000];

const sum = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((total, part) => total + part, 0);

const dollars = (amount: number): string =>
  `$${amount.toLocaleString('en-US', { minimumFractionDigits: amount < 100 ? 2 : 0, maximumFractionDigits: amount < 100 ? 2 : 0 })}`;

/** The table of docs/operations.md, in Markdown. */
export function costTable(): string {
  const perVolume = VOLUMES.map((volume) => costOfMuster(volume));
  const rows: [string, ...number[]][] = [
    ...Object.keys(perVolume[0] ?? {}).map((part): [string, ...number[]] => [
      part,
      ...perVolume.map((parts) => parts[part] ?? 0),
    ]),
    ['**Muster**', ...perVolume.map(sum)],
    ['Step Functions, transitions alone', ...VOLUMES.map(costOfStepFunctions)],
    ['Temporal Cloud, plan and Actions alone', ...VOLUMES.map(costOfTemporal)],
  ];
  const cells = [
    ['a month, arrivals', ...VOLUMES.map((volume) => volume.toLocaleString('en-US'))],
    ...rows.map(([name, ...amounts]) => [name, ...amounts.map(dollars)]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), rule, ...body.map(line)].join('\n');
}
