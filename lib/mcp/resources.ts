import { readOutcomes } from './participants';
import { describe, type Kind, listOpen, NOUN, read, structureOf } from './rosters';
import type { Session } from './operations';

const PREFIXES = { sync_point: 'muster://sync-points/', tracker: 'muster://trackers/' } as const;
const KINDS_BY_PREFIX = Object.entries(PREFIXES) as [Kind, string][];

export const resourceTemplates = [
  {
    uriTemplate: `${PREFIXES.sync_point}{id}`,
    name: 'sync-point',
    description: 'A sync point: how it stands, and up to 20 participants with their results',
    mimeType: 'application/json',
  },
  {
    uriTemplate: `${PREFIXES.tracker}{id}`,
    name: 'tracker',
    description: 'A progress tracker: how it stands, and up to 20 participants with their steps',
    mimeType: 'application/json',
  },
];

/** What is open of the caller, up to 20 of each kind. */
export async function listResources(session: Session) {
  const { found } = await listOpen(session);
  return found.map((one) => ({
    uri: PREFIXES[one.kind] + encodeURIComponent(one.view.id),
    name: one.view.id,
    title: `${NOUN[one.kind]}: ${one.view.name}`,
    description: describe(one, session.now()),
    mimeType: 'application/json',
  }));
}

/**
 * null: no resource has this URI.
 *
 * @throws MusterError `….not-found`, `request.invalid` for what is no id.
 */
export async function readResource(session: Session, uri: string): Promise<string | null> {
  const match = KINDS_BY_PREFIX.find(([, prefix]) => uri.startsWith(prefix));
  if (match === undefined) return null;
  const [kind, prefix] = match;
  const id = decoded(uri.slice(prefix.length));
  if (id === null) return null;
  const found = await read(session, kind, id);
  return JSON.stringify({ ...structureOf(found), ...(await readOutcomes(session, found)) });
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
