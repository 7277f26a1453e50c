import type { Item } from '../table/table';
import { indexOfPage, type UpdateParams } from '../rosters/page-expressions';
import type { RosterShape } from '../rosters/page';
import type { CompleteWhen, Overall, TrackerClosing, TrackerPage } from './progress-tracker';
import { decodeStep, encodeStep, stepPrefix } from './step-record';

/**
 * How pages and the overall item of a tracker are stored, and every conditional write that may change them, as pure
 * functions. `limit` is the prefix of the records at the total, so `steps.x < limit` means *below the total*.
 *
 *     report    on the page, not closed, step ≤ total, monotonic and ifStep as asked   → SET steps.x [, remaining ± 1]
 *     overall   by the creator, the same conditions                                    → SET step [, closedAs …]
 *     cancel    the overall item is not closed                                         → SET closedAs …
 *     close     a page, once the overall item is closed                                → SET closedAs
 */
export interface NewReport {
  readonly agentId: string;
  readonly step: number;
  readonly atMs: number;
  /** The step that the reporter believes is its current one. */
  readonly ifStep: number | undefined;
}

/** How a report changes the count of participants below the total. */
export type Crossing = 'none' | 'reaches-total' | 'leaves-total';

const NOT_CLOSED = 'attribute_not_exists(closedAs)';
const all = (...conditions: string[]): string => conditions.join(' AND ');

const RETURN_THE_ITEM = { ReturnValues: 'ALL_NEW', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

export function newTrackerPageItem(
  participants: readonly string[],
  shape: RosterShape,
  tracker: { totalSteps: number; monotonic: boolean; completeWhen: CompleteWhen },
): Item {
  return {
    steps: Object.fromEntries(participants.map((id) => [id, encodeStep(0, null)])),
    limit: stepPrefix(tracker.totalSteps),
    pageCount: shape.pageCount,
    ...(shape.pageCount > 1 && { salt: shape.salt }),
    ...(tracker.monotonic && { monotonic: true }),
    ...(tracker.completeWhen === 'everyone' && { remaining: participants.length }),
  };
}

export function trackerPageFromItem(item: Item): TrackerPage {
  const stored = item as unknown as {
    sk: string;
    steps: Record<string, string>;
    limit: string;
    pageCount: number;
    salt?: number;
    monotonic?: boolean;
    remaining?: number;
    closedAs?: string;
  };
  return {
    index: indexOfPage(item),
    steps: new Map(Object.entries(stored.steps).map(([id, record]) => [id, decodeStep(record)])),
    totalSteps: decodeStep(`${stored.limit}0`).step,
    pageCount: stored.pageCount,
    salt: stored.salt ?? 0,
    monotonic: stored.monotonic ?? false,
    remaining: stored.remaining ?? null,
    closed: stored.closedAs !== undefined,
  };
}

export function newOverallItem(
  creator: string,
  pageCount: number,
  tracker: { totalSteps: number; monotonic: boolean; completeWhen: CompleteWhen },
): Item {
  return {
    step: encodeStep(0, null),
    limit: stepPrefix(tracker.totalSteps),
    creator,
    completeWhen: tracker.completeWhen,
    pageCount,
    ...(tracker.monotonic && { monotonic: true }),
  };
}

export function overallFromItem(item: Item): Overall {
  const stored = item as unknown as {
    step: string;
    limit: string;
    creator: string;
    completeWhen: CompleteWhen;
    pageCount: number;
    closedAs?: TrackerClosing['as'];
    closedAt?: number;
    closedBy?: string;
    closedReason?: string;
  };
  return {
    record: decodeStep(stored.step),
    creator: stored.creator,
    totalSteps: decodeStep(`${stored.limit}0`).step,
    completeWhen: stored.completeWhen,
    pageCount: stored.pageCount,
    closing:
      stored.closedAs === undefined
        ? null
        : {
            as: stored.closedAs,
            atMs: stored.closedAt ?? 0,
            by: stored.closedBy ?? '',
            reason: stored.closedReason ?? null,
          },
  };
}

/** What a report must meet wherever it goes; `path` is where the record stands. */
function reportConditions(path: string, report: NewReport): { conditions: string[]; values: Item } {
  return {
    conditions: [
      NOT_CLOSED,
      ':prefix <= #limit',
      `(attribute_not_exists(monotonic) OR ${path} < :above)`,
      ...(report.ifStep === undefined ? [] : [`${path} BETWEEN :expected AND :expectedLast`]),
    ],
    values: {
      ':record': encodeStep(report.step, report.atMs),
      ':prefix': stepPrefix(report.step),
      ':above': stepPrefix(report.step + 1),
      ...(report.ifStep !== undefined && {
        ':expected': stepPrefix(report.ifStep),
        // Every record of the step starts with its prefix, and `~` is above every digit.
        ':expectedLast': `${stepPrefix(report.ifStep)}~`,
      }),
    },
  };
}

const CROSSING_CONDITION: Record<Crossing, string> = {
  none: '(attribute_not_exists(remaining) OR (steps.#agent < #limit AND :prefix < #limit) OR (steps.#agent >= #limit AND :prefix >= #limit))',
  'reaches-total': 'attribute_exists(remaining) AND steps.#agent < #limit AND :prefix >= #limit',
  'leaves-total': 'attribute_exists(remaining) AND steps.#agent >= #limit AND :prefix < #limit',
};

const CROSSING_UPDATE: Record<Crossing, { expression: string; values: Item }> = {
  none: { expression: '', values: {} },
  'reaches-total': { expression: ', remaining = remaining - :one', values: { ':one': 1 } },
  'leaves-total': { expression: ', remaining = remaining + :one', values: { ':one': 1 } },
};

/** A participant's report. 1 write unit for a page within 1 KB. */
export function reportParams(report: NewReport, crossing: Crossing): UpdateParams {
  const { conditions, values } = reportConditions('steps.#agent', report);
  const update = CROSSING_UPDATE[crossing];
  return {
    UpdateExpression: `SET steps.#agent = :record${update.expression}`,
    ConditionExpression: all('attribute_exists(steps.#agent)', ...conditions, CROSSING_CONDITION[crossing]),
    ExpressionAttributeNames: { '#agent': report.agentId, '#limit': 'limit' },
    ExpressionAttributeValues: { ...values, ...update.values },
    ...RETURN_THE_ITEM,
  };
}

/** The creator's report; `completes` closes the tracker with it. 1 write unit. */
export function overallParams(report: NewReport, completes: boolean): UpdateParams {
  const { conditions, values } = reportConditions('#step', report);
  const mode = completes
    ? 'completeWhen = :byCreator AND :prefix >= #limit'
    : '(completeWhen <> :byCreator OR :prefix < #limit)';
  return {
    UpdateExpression: `SET #step = :record${completes ? ', closedAs = :completed, closedAt = :at, closedBy = :agent' : ''}`,
    ConditionExpression: all('creator = :agent', ...conditions, mode),
    ExpressionAttributeNames: { '#step': 'step', '#limit': 'limit' },
    ExpressionAttributeValues: {
      ...values,
      ':agent': report.agentId,
      ':byCreator': 'creator',
      ...(completes && { ':completed': 'completed', ':at': report.atMs }),
    },
    ...RETURN_THE_ITEM,
  };
}

export function cancelParams(closing: TrackerClosing): UpdateParams {
  return {
    ...closeUpdate(closing),
    ConditionExpression: all('attribute_exists(pk)', NOT_CLOSED),
    ...RETURN_THE_ITEM,
  };
}

/** Sets the ending on the overall item; also a part of the transaction in which everyone completes. */
export function closeUpdate(closing: TrackerClosing): UpdateParams & { UpdateExpression: string } {
  return {
    UpdateExpression: `SET closedAs = :as, closedAt = :at, closedBy = :by${closing.reason === null ? '' : ', closedReason = :reason'}`,
    ExpressionAttributeValues: {
      ':as': closing.as,
      ':at': closing.atMs,
      ':by': closing.by,
      ...(closing.reason !== null && { ':reason': closing.reason }),
    },
  };
}

/** A page that no report can change any more. */
export function closePageParams(as: TrackerClosing['as']): UpdateParams {
  return {
    UpdateExpression: 'SET closedAs = :as',
    ConditionExpression: all('attribute_exists(pk)', NOT_CLOSED),
    ExpressionAttributeValues: { ':as': as },
    ...RETURN_THE_ITEM,
  };
}

/** A page on which everyone has reached the total, closed in the transaction in which everyone completes. */
export const CLOSE_FINISHED_PAGE = {
  UpdateExpression: 'SET closedAs = :as',
  ConditionExpression: all('remaining = :none', NOT_CLOSED),
  ExpressionAttributeValues: { ':as': 'completed', ':none': 0 },
} as const;
