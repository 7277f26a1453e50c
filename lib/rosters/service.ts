import { MusterError } from '../common/errors';
import type { RosterKind } from '../table/keys';
import type { Service } from '../table/service';
import type { Page, RosterShape, Rule, Terms } from './page';
import { type Roster, statusOf } from './roster';
import { WORDS } from './words';

/**
 * What is known of rosters by id, cached per container, so that a write goes to the right page at once. It may belong
 * to an earlier roster with the same id, so it is only the first try.
 */
export type RosterCache = Map<string, KnownRoster>;

export interface KnownRoster extends RosterShape {
  /** A page that was open at its last read. */
  readonly openPage?: number;
  readonly rule: Rule;
  /** As of the last read. */
  readonly terms: Terms;
  /** The creator of a tracker, as its first page has it. */
  readonly overall?: NonNullable<Page['overall']>;
}

const REMEMBERED_ROSTERS = 10_000;

/** Forgets the oldest entry if there are too many. */
export function rememberRoster(cache: RosterCache, id: string, known: KnownRoster): void {
  if (!cache.has(id) && cache.size >= REMEMBERED_ROSTERS) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.set(id, known);
}

/** The resources of the operations of sync points, or of progress trackers. */
export interface RosterService<Kind extends RosterKind = RosterKind> extends Service {
  readonly kind: Kind;
  readonly rosters: RosterCache;
  /** As the API shows it. */
  readonly view: (roster: Roster) => unknown;
}

/** With the current state, so that the caller need not ask for it. */
export function refusedAsEnded({ kind, view }: RosterService, roster: Roster): MusterError {
  const status = statusOf(roster);
  const { noun, code, ended, member } = WORDS[kind];
  const { id } = roster.header;
  const extensions = { [member]: view(roster) };
  return status === 'expired'
    ? new MusterError(`${code}.expired`, `The deadline of ${noun} "${id}" has passed.`, { extensions })
    : new MusterError(ended, `The ${noun} "${id}" is ${status}.`, { extensions });
}
