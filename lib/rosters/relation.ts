import { type Caller, isAdmin } from '../agents/caller';

/** What a caller is to something with a roster. Only those with a relation learn that it exists. */
export interface Relation {
  readonly participant: boolean;
  readonly creator: boolean;
  readonly admin: boolean;
}

export const relationTo = (createdBy: string, participant: boolean, caller: Caller): Relation => ({
  participant,
  creator: createdBy === caller.agentId,
  admin: isAdmin(caller),
});

export const isRelated = (relation: Relation): boolean => relation.participant || relation.creator || relation.admin;
