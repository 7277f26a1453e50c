import type { Caller } from '../http/caller';
import type { RecipientsOf } from '../messages/message';
import type { RosterReader } from '../messages/send';
import type { Table } from '../table/table';
import { loadParticipants } from './items';
import type { RosterId } from './pages';
import { notFound, relationTo } from './relation';

const rosterOf = (of: RecipientsOf): RosterId =>
  'syncPointId' in of ? { kind: 'SP', id: of.syncPointId } : { kind: 'PT', id: of.progressTrackerId };

/** The participants whom a message to everyone goes to; none if retention has removed the roster. */
export async function recipientsOf(table: Table, of: RecipientsOf): Promise<readonly string[]> {
  return (await loadParticipants(table, rosterOf(of)))?.participants ?? [];
}

/** For the sender of a message; its cost is 1 read unit per 4 KB of ids. */
export const rosterReader = (table: Table): RosterReader => ({
  participants: (of) => recipientsOf(table, of),

  /** @throws MusterError `….not-found` for callers without a relation. */
  async participantsFor(caller: Caller, of: RecipientsOf) {
    const roster = rosterOf(of);
    const loaded = await loadParticipants(table, roster);
    if (loaded) {
      const { creator, admin } = relationTo(loaded.createdBy, caller);
      if (creator || admin || loaded.participants.includes(caller.agentId)) return loaded.participants;
    }
    throw notFound(roster.kind, roster.id);
  },
});
