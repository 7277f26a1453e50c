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
 * What the id belongs to, or else the name, if only one of those that are open and concern the caller has it.
 *
 * @throws MusterError `….not-found`, `request.invalid` for what is ambiguous.
 */
export async function find(session: Session, reference: Reference): Promise<Found> {
  const byId = await findById(session, reference);
  if (byId) return byId;
  const { id, kind } = reference;
  const { found, more } = await withName(session, kindsOf(kind), id);
  const [first, ...others] = found;
  if (first === undefined) throw notFound(reference, more ? MORE_THAN_READ : '');
  if (others.length > 0) throw ambiguous(id, found);
  // Another one of that name may stand among those that were not read.
  if (more) throw invalid('#/id', `"${id}" is a name, and you have too much open to be sure whose; give the id`);
  return first;
}

/**
 * What the id belongs to. Names are for reading: what is final must not reach another one of the same name, like that
 * of the next night.
 *
 * @throws MusterError `….not-found`, with the ids of what has that name, `request.invalid` for what is ambiguous.
 */
export async function findExactly(session: Session, reference: Reference): Promise<Found> {
  const byId = await findById(session, reference);
  if (byId) return byId;
  throw await notFoundByName(session, reference);
}

async function findById(session: Session, { id, kind }: Reference): Promise<Found | undefined> {
  const byId = idSchema.safeParse(id).success ? await withId(session, kindsOf(kind), id) : [];
  if (byId.length > 1) throw ambiguous(id, byId);
  return byId[0];
}

const kindsOf = (kind: Kind | undefined): readonly Kind[] => (kind === undefined ? KINDS : [kind]);

const MORE_THAN_READ = ' You have too much open to look through every name: give the id.';

function notFound({ id, kind }: Reference, hint: string): MusterError {
  const code = kind === 'tracker' ? 'progress-tracker.not-found' : 'sync-point.not-found';
  return new MusterError(code, `Nothing that you can see has the id "${id}".${hint}`);
}

const listedOf = (found: readonly Found[]): string =>
  found
    .slice(0, SHOWN)
    .map(({ kind, view }) => `${NOUN[kind]} ${view.id}`)
    .join(', ');

const ambiguous = (id: string, found: readonly Found[]): MusterError =>
  invalid('#/id', `"${id}" could be ${listedOf(found)}; give the id, and "kind" if both kinds have it`);

async function notFoundByName(session: Session, reference: Reference): Promise<MusterError> {
  const { found } = await withName(session, kindsOf(reference.kind), reference.id);
  const hint =
    found.length > 0 ? ` It is the name of ${listedOf(found)}: call again with the id, if you mean that.` : '';
  return notFound(reference, hint);
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

interface Open {
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

async function withName(session: Session, kinds: readonly Kind[], name: string): Promise<Open> {
  const { found, more } = await listOpen(session, MAX_LIST_LIMIT, kinds);
  const wanted = name.trim().toLowerCase();
  return { found: found.filter(({ view }) => view.name.trim().toLowerCase() === wanted), more };
}

/**
 * Calls an operation with the id.
 *
 * @throws MusterError `….not-found`, with the ids of what has that name.
 */
export async function withExactId<Answer>(
  session: Session,
  { id, kind }: Required<Reference>,
  call: (id: string) => Promise<Answer>,
): Promise<Answer> {
  try {
    if (idSchema.safeParse(id).success) return await call(id);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  throw await notFoundByName(session, { id, kind });
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
  // As JSON, so that a line break in it begins no line of ours.
  const reason = view.endReason === null ? '' : ` Reason: ${JSON.stringify(view.endReason)}`;
  const noun = NOUN[kind].charAt(0).toUpperCase() + NOUN[kind].slice(1);
  const title = view.name === view.id ? `"${view.id}"` : `"${view.id}" (${JSON.stringify(view.name)})`;
  return `${noun} ${title}: ${[view.status, ...parts].join('; ')}.${ended}${reason}`;
}
