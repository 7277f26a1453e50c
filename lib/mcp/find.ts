/** From what a model gives, an id or a name, to the sync point or tracker; or to words that lead it there. */
import { invalid, MusterError } from '../common/errors';
import { MAX_LIST_LIMIT } from '../common/limits';
import { idSchema } from '../http/schemas';
import type { Session } from './operations';
import { type Found, isNotFound, type Kind, KINDS, listOpen, NOUN, type Open, read } from './rosters';
import { SHOWN } from './text';

/** How a tool names a sync point or tracker. */
export interface Reference {
  readonly id: string;
  readonly kind?: Kind | undefined;
}

/**
 * What the id belongs to, or else the name, if only one of those that are open and concern the caller has it.
 *
 * @throws MusterError `….not-found`, `request.invalid` for what is ambiguous or of the other kind.
 */
export async function find(session: Session, reference: Reference): Promise<Found> {
  const byId = await findById(session, reference);
  if (byId) return byId;
  const { id, kind } = reference;
  const { found, more } = await withName(session, kindsOf(kind), id);
  const [first, ...others] = found;
  if (first === undefined) throw await notFound(session, reference, () => (more ? MORE_THAN_READ : NO_SUCH_NAME));
  if (others.length > 0) throw ambiguous(id, found);
  // Another one of that name may stand among those that were not read.
  if (more) throw invalid('#/id', `"${id}" is a name, and you have too much open to be sure whose; give the id`);
  return first;
}

/**
 * What the id belongs to. Names are for reading: what is final must not reach another one of the same name, like that
 * of the next night.
 *
 * @throws MusterError as find does; `….not-found` with the ids of what has that name.
 */
export async function findExactly(session: Session, reference: Reference): Promise<Found> {
  const byId = await findById(session, reference);
  if (byId) return byId;
  throw await notFound(session, reference, () => whoseName(session, reference));
}

/**
 * Calls an operation with the id.
 *
 * @throws MusterError as findExactly does.
 */
export async function withExactId<Answer>(
  session: Session,
  { id, kind }: { readonly id: string; readonly kind: Kind },
  call: (id: string) => Promise<Answer>,
): Promise<Answer> {
  try {
    if (idSchema.safeParse(id).success) return await call(id);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const instead = `use ${PARTS[OTHER[kind]]}`;
  throw await notFound(session, { id, kind }, () => whoseName(session, { id, kind }), instead);
}

/** The tool by which a participant does its part. */
const PARTS = { sync_point: 'arrive_at_sync_point', tracker: 'report_progress' } as const;
const OTHER = { sync_point: 'tracker', tracker: 'sync_point' } as const;

async function findById(session: Session, { id, kind }: Reference): Promise<Found | undefined> {
  const byId = await withId(session, kindsOf(kind), id);
  if (byId.length > 1) throw ambiguous(id, byId);
  return byId[0];
}

const kindsOf = (kind: Kind | undefined): readonly Kind[] => (kind === undefined ? KINDS : [kind]);

async function withId(session: Session, kinds: readonly Kind[], id: string): Promise<Found[]> {
  if (!idSchema.safeParse(id).success) return [];
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

async function withName(session: Session, kinds: readonly Kind[], name: string): Promise<Open> {
  const { found, more } = await listOpen(session, MAX_LIST_LIMIT, kinds);
  const wanted = name.trim().toLowerCase();
  return { found: found.filter(({ view }) => view.name.trim().toLowerCase() === wanted), more };
}

const MORE_THAN_READ = '. You have too much open to look through every name: give the id.';
const NO_SUCH_NAME =
  ', and none that is open has that name. A name works only while it is open; after that use the id, which the creation returned.';

/** @param restOf ends the sentence, and may say more */
async function notFound(
  session: Session,
  { id, kind }: Reference,
  restOf: () => Promise<string> | string,
  instead = 'leave out kind',
): Promise<MusterError> {
  if (kind !== undefined) {
    const [other] = await withId(session, [OTHER[kind]], id);
    if (other) return invalid('#/id', `"${id}" is a ${NOUN[other.kind]}, not a ${NOUN[kind]}; ${instead}`);
  }
  const code = kind === 'tracker' ? 'progress-tracker.not-found' : 'sync-point.not-found';
  const nouns = kindsOf(kind)
    .map((one) => NOUN[one])
    .join(' or ');
  return new MusterError(code, `No ${nouns} that you can see has the id "${id}"${await restOf()}`);
}

async function whoseName(session: Session, { id, kind }: Reference): Promise<string> {
  const { found } = await withName(session, kindsOf(kind), id);
  return found.length > 0 ? `. It is the name of ${listedOf(found)}: call again with the id, if you mean that.` : '.';
}

const listedOf = (found: readonly Found[]): string =>
  found
    .slice(0, SHOWN)
    .map(({ kind, view }) => `${NOUN[kind]} ${view.id}`)
    .join(', ');

const ambiguous = (id: string, found: readonly Found[]): MusterError =>
  invalid('#/id', `"${id}" could be ${listedOf(found)}; give the id, and "kind" if both kinds have it`);
