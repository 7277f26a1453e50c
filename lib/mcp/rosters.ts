/** Sync points and progress trackers, as the tools find, read and show them. */
import * as z from 'zod';
import { invalid, MusterError } from '../common/errors';
import { MAX_LIST_LIMIT } from '../common/limits';
import { idSchema } from '../http/schemas';
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

/** How a tool names a sync point or tracker. */
export interface Reference {
  readonly id: string;
  readonly kind?: Kind | undefined;
}

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

/**
 * What the id belongs to, or else the name, if only one of those that the caller takes part in has it.
 *
 * @throws MusterError `….not-found`, `request.invalid` for what is ambiguous.
 */
export async function find(session: Session, { id, kind }: Reference): Promise<Found> {
  const kinds = kind === undefined ? KINDS : [kind];
  const byId = idSchema.safeParse(id).success ? await withId(session, kinds, id) : [];
  const found = byId.length > 0 ? byId : await withName(session, kinds, id);
  const [first, ...others] = found;
  if (first === undefined) {
    const code = kind === 'tracker' ? 'progress-tracker.not-found' : 'sync-point.not-found';
    throw new MusterError(code, `Nothing that you can see has the id or name "${id}".`);
  }
  if (others.length > 0) {
    const candidates = found.slice(0, SHOWN).map((one) => `${NOUN[one.kind]} ${one.view.id}`);
    throw invalid('#/id', `"${id}" could be ${candidates.join(', ')}; give the id, and "kind" if both kinds have it`);
  }
  return first;
}

async function withId(session: Session, kinds: readonly Kind[], id: string): Promise<Found[]> {
  const reads = await Promise.all(
    kinds.map((kind) =>
      read(session, kind, id).catch((error: unknown) => {
        if (isNotFound(error)) return null;
        throw error;
      }),
    ),
  );
  return reads.filter((one) => one !== null);
}

/** What is open and concerns the caller, up to 20 of each kind. */
export async function listOpen({ muster, request }: Session): Promise<Found[]> {
  const limit = String(SHOWN);
  const [syncPoints, trackers] = await Promise.all([
    muster.syncPoints('list', request, { query: { status: 'waiting', limit } }),
    muster.trackers('list', request, { query: { status: 'active', limit } }),
  ]);
  return [
    ...syncPoints.items.map((view): Found => ({ kind: 'sync_point', view })),
    ...trackers.items.map((view): Found => ({ kind: 'tracker', view })),
  ];
}

/** Those that are open, if any of them is: the same name may come every night. */
async function withName({ muster, request }: Session, kinds: readonly Kind[], name: string): Promise<Found[]> {
  const parts = { query: { limit: String(MAX_LIST_LIMIT) } };
  const lists = await Promise.all(
    kinds.map(async (kind): Promise<Found[]> => {
      const { items } =
        kind === 'sync_point'
          ? await muster.syncPoints('list', request, parts)
          : await muster.trackers('list', request, parts);
      return items.map((view) => ({ kind, view }));
    }),
  );
  const wanted = name.trim().toLowerCase();
  const named = lists.flat().filter(({ view }) => view.name.trim().toLowerCase() === wanted);
  const open = named.filter(({ view }) => isOpen(view.status));
  return open.length > 0 ? open : named;
}

/** Calls an operation with the id; if nothing has that id, with the id of what has that name. */
export async function withIdOrName<Answer>(
  session: Session,
  { id, kind }: Required<Reference>,
  call: (id: string) => Promise<Answer>,
): Promise<Answer> {
  if (idSchema.safeParse(id).success) {
    try {
      return await call(id);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return call((await find(session, { id, kind })).view.id);
}

export const isOpen = (status: string): boolean => status === 'waiting' || status === 'active';

/** What a program relies on; `structureOf` returns more. */
export const rosterOutput = {
  id: z.string(),
  status: z.string(),
  missingIds: z.array(z.string()),
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
    ...('totalSteps' in view && { step: view.currentStep, totalSteps: view.totalSteps }),
  };
}

/** One or two sentences: how it stands, who is missing, and until when. */
export function describe({ kind, view }: Found, nowMs: number): string {
  const total = view.participants.length;
  const parts = [
    ...('totalSteps' in view ? [`step ${view.currentStep} of ${view.totalSteps} (${Math.round(view.percent)}%)`] : []),
    ...(total > 0 ? [`${view.arrivedParticipants.length} of ${total} ${kind === 'tracker' ? 'done' : 'arrived'}`] : []),
    ...('quorum' in view && view.quorum !== null ? [`${view.quorum} are enough`] : []),
    ...(view.missingParticipants.length > 0 ? [`missing ${names(view.missingParticipants)}`] : []),
    ...(view.failedParticipants.length > 0 ? [`failed: ${names(view.failedParticipants)}`] : []),
    ...(view.excusedParticipants.length > 0 ? [`excused: ${names(view.excusedParticipants)}`] : []),
    ...('etaSeconds' in view && view.etaSeconds !== null ? [`about ${count(view.etaSeconds, 'second')} left`] : []),
    ...('stalledSince' in view && view.stalledSince !== null ? [`stalled since ${view.stalledSince}`] : []),
    ...(isOpen(view.status) && view.deadline !== null ? [`deadline ${isoIn(view.deadline, nowMs)}`] : []),
  ];
  const ended = isOpen(view.status) ? '' : ` It is over, and will not change.`;
  const reason = view.endReason === null ? '' : ` Reason: ${view.endReason}`;
  const noun = NOUN[kind].charAt(0).toUpperCase() + NOUN[kind].slice(1);
  const title = view.name === view.id ? `"${view.id}"` : `"${view.id}" (${view.name})`;
  return `${noun} ${title}: ${[view.status, ...parts].join('; ')}.${ended}${reason}`;
}
