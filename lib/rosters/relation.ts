import { MusterError } from '../common/errors';
import { type Caller, isAdmin } from '../http/caller';
import type { RosterKind } from '../table/keys';
import { WORDS } from './words';

/** The relation of a caller to something with a roster, besides taking part in it. */
export interface Relation {
  readonly creator: boolean;
  readonly admin: boolean;
}

export const relationTo = (createdBy: string, caller: Caller): Relation => ({
  creator: createdBy === caller.agentId,
  admin: isAdmin(caller),
});

/** Also for callers without a relation, so that they do not learn that it exists. */
export const notFound = (kind: RosterKind, id: string): MusterError =>
  new MusterError(`${WORDS[kind].code}.not-found`, `No ${WORDS[kind].noun} "${id}" exists, or you may not see it.`);

/** Only the creator and admins may end and change it. @throws MusterError `auth.forbidden` for participants. */
export function requireCreatorOrAdmin(relation: Relation, kind: RosterKind, id: string): void {
  if (relation.creator || relation.admin) return;
  throw new MusterError('auth.forbidden', `Only the creator of ${WORDS[kind].noun} "${id}" or an admin may do this.`);
}
