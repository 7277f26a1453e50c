/** Sync points and progress trackers, as the tools read and show them. */
import * as z from 'zod';
import { MusterError } from '../common/errors';
import type { SyncPointView } from '../sync-points/routes';
import type { TrackerView } from '../trackers/routes';
import type { Session } from './operations';
import { count, isoIn, names, SHOWN } from './text';

export const KINDS = ['sync_point', 'tracker'] as const;
export type Kind = (typeof KINDS)[number];

export interface Found {
  readonly kind: Kind;
  readonly view: SyncPointView | TrackerView;
}

export const NOUN = { sync_point: 'sync point', tracker: 'tracker' } as const;

export const isNotFound = (error: unknown): boolean => error instanceof MusterError && error.status === 404;

interface ReadOptions {
  readonly waitSeconds?: number;
  readonly version?: number | undefined;
}

/** 1 or 2 read units for up to 20 participants, and as long as it waits one more for every look. */
export async function read(
  { muster, request }: Session,
  kind: Kind,
  id: string,
  { waitSeconds = 0, version }: ReadOptions = {},
): Promise<Found> {
  const query = { wait: String(waitSeconds), ...(version !== undefined && { version: String(version) }) };
  const parts = { params: { id }, query };
  return kind === 'sync_point'
    ? { kind, view: await muster.syncPoints('get', request, parts) }
    : { kind, view: await muster.trackers('get', request, parts) };
}

export interface Open {
  readonly found: Found[];
  /** Whether there may be more than these. */
  readonly more: boolean;
}

/** What is open and concerns the caller, up to so many of each kind. */
export async function listOpen(
  { muster, request }: Session,
  limit = SHOWN,
  kinds = KINDS as readonly Kind[],
): Promise<Open> {
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const status = kind === 'sync_point' ? 'waiting' : 'active';
      const parts = { query: { status, limit: String(limit) } };
      const { items, nextCursor } =
        kind === 'sync_point'
          ? await muster.syncPoints('list', request, parts)
          : await muster.trackers('list', request, parts);
      return { found: items.map((view): Found => ({ kind, view })), more: nextCursor !== null };
    }),
  );
  return { found: lists.flatMap(({ found }) => found), more: lists.some(({ more }) => more) };
}

export const isOpen = (status: string): boolean => status === 'waiting' || status === 'active';

/** What a program relies on; `structureOf` returns more. */
export const rosterOutput = {
  id: z.string(),
  status: z.string(),
  version: z.int(),
};

/** Without lists that can be long: the first 20 of those missing, and numbers. */
export function structureOf({ kind, view }: Found) {
  return {
    kind,
    id: view.id,
    name: view.name,
    status: view.status,
    participants: view.participants.length,
    arrived: view.arrivedParticipants.length,
    failed: view.failedParticipants.length,
    missing: view.missingParticipants.length,
    missingIds: view.missingParticipants.slice(0, SHOWN),
    deadline: view.deadline,
    endReason: view.endReason,
    version: view.version,
    ...('totalSteps' in view && {
      ...(view.completeWhen === 'creator' && { step: view.currentStep }),
      totalSteps: view.totalSteps,
      percent: view.percent,
    }),
  };
}

/** Also those at the total of a tracker that its creator completes: they stay pending, but nobody misses them. */
const doneOf = ({
  participants,
  missingParticipants,
  failedParticipants,
  excusedParticipants,
}: Found['view']): number =>
  participants.length - missingParticipants.length - failedParticipants.length - excusedParticipants.length;

/** The overall step is the creator's own. Where everyone has to reach the total it decides nothing. */
function progressOf({ completeWhen, currentStep, totalSteps, percent }: TrackerView): string {
  const rounded = `${Math.round(percent)}%`;
  return completeWhen === 'everyone'
    ? `${rounded} of ${count(totalSteps, 'step')}`
    : `creator at step ${currentStep} of ${totalSteps} (${rounded})`;
}

/** What is enough, and why it may wait all the same. */
function ruleOf({ quorum, endWhen, status }: SyncPointView): string[] {
  const waitsForAll = endWhen === 'everyone';
  return [
    ...(quorum === null ? [] : [`${quorum} are enough${waitsForAll ? ' to complete' : ''}`]),
    ...(waitsForAll && isOpen(status) ? ['it waits until nobody is pending'] : []),
  ];
}

/** One or two sentences: how it stands, who is missing, and until when. */
export function describe({ kind, view }: Found, nowMs: number): string {
  const total = view.participants.length;
  const parts = [
    ...('totalSteps' in view ? [progressOf(view)] : []),
    ...(total > 0 ? [`${doneOf(view)} of ${total} ${kind === 'tracker' ? 'done' : 'arrived'}`] : []),
    ...('quorum' in view ? ruleOf(view) : []),
    ...(view.missingParticipants.length > 0 ? [`missing ${names(view.missingParticipants)}`] : []),
    ...(view.failedParticipants.length > 0 ? [`failed: ${names(view.failedParticipants)}`] : []),
    ...(view.excusedParticipants.length > 0 ? [`excused: ${names(view.excusedParticipants)}`] : []),
    ...('etaSeconds' in view && view.etaSeconds !== null ? [`about ${count(view.etaSeconds, 'second')} left`] : []),
    ...('stalledSince' in view && view.stalledSince !== null ? [`stalled since ${view.stalledSince}`] : []),
    ...(isOpen(view.status) && view.deadline !== null ? [`deadline ${isoIn(view.deadline, nowMs)}`] : []),
  ];
  const ended = isOpen(view.status) ? '' : ` It is over, and will not change.`;
  // As JSON, so that a line break in it begins no line of ours.
  const reason = view.endReason === null ? '' : ` Reason: ${JSON.stringify(view.endReason)}`;
  const noun = NOUN[kind].charAt(0).toUpperCase() + NOUN[kind].slice(1);
  const title = view.name === view.id ? `"${view.id}"` : `"${view.id}" (${JSON.stringify(view.name)})`;
  return `${noun} ${title}: ${[view.status, ...parts].join('; ')}.${ended}${reason}`;
}
