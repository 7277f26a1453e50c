import type { RecipientsOf } from '../messages/message';
import type { RosterReader } from '../messages/store';
import type { Table } from '../table/table';
import { loadParticipants } from './items';
import type { RosterId } from './pages';
import { notFound, relationTo } from './relation';

const rosterOf = (of: RecipientsOf): RosterId =>
  'syncPointId' in of ? { kind: 'SP', id: of.syncPointId } : { kind: 'PT', id: of.progressTrackerId };

/** The recipients of a message to everyone on a roster. 1 read unit per 4 KB of ids. */
export const rosterReader = (table: Table): RosterReader => ({
  async participants(of, createdAtMs) {
    const loaded = await loadParticipants(table, rosterOf(of));
    return loaded?.createdAtMs === createdAtMs ? loaded.participants : [];
  },

  async participantsFor(caller, of) {
    const roster = rosterOf(of);
    const loaded = await loadParticipants(table, roster);
    if (loaded) {
      const { creator, admin } = relationTo(loaded.createdBy, caller);
      if (creator || admin || loaded.participants.includes(caller.agentId)) return loaded;
    }
    throw notFound(roster.kind, roster.id);
  },
});
