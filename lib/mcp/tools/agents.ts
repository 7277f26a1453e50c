import * as z from 'zod';
import { MAX_LIST_LIMIT } from '../../common/limits';
import { idSchema } from '../../http/schemas';
import type { Session } from '../operations';
import { describe, type Found, isNotFound, listOpen } from '../rosters';
import { definedOf } from '../participants';
import { count, SHOWN } from '../text';
import { ttlSeconds } from './schemas';
import { READS, REPEATABLE, tool } from './tool';

const whoAmI = tool({
  name: 'who_am_i',
  description:
    'Your agent id, the open sync points and trackers that you take part in or created, and your number of messages. Call it first, and when you have lost track.',
  input: z.strictObject({}),
  output: z.object({
    id: z.string(),
    open: z.array(z.looseObject({ id: z.string() })),
    more: z.boolean().describe('More may be open'),
    unacknowledged: z.int(),
  }),
  hints: READS,
  run: async (session) => {
    const { muster, request, now } = session;
    const [me, open, inbox] = await Promise.all([
      muster.agents('me', request),
      listOpen(session),
      muster.inbox('list', request, { query: { unacknowledged: 'true', limit: String(SHOWN) } }),
    ]);
    const lines = open.found.map((found) => `- ${describe(found, now())} You: ${outcomeOf(found, me.id)}.`);
    const messages = `${count(inbox.items.length, 'unacknowledged message')}${inbox.nextCursor === null ? '' : ' or more'}`;
    const intro = introOf(open);
    return {
      text: [`You are ${me.id} (${me.name}, role ${me.role}). ${messages}. ${intro}`, ...lines].join('\n'),
      structured: {
        id: me.id,
        role: me.role,
        open: open.found.map((found) => ({
          kind: found.kind,
          id: found.view.id,
          name: found.view.name,
          yourOutcome: outcomeOf(found, me.id),
        })),
        more: open.more,
        unacknowledged: inbox.items.length,
      },
    };
  },
});

function introOf({ found, more }: { readonly found: readonly Found[]; readonly more: boolean }): string {
  if (found.length > 0) return `Open, of which you are part${more ? ' (there may be more)' : ''}:`;
  return more ? 'Nothing open among your latest; older ones may be.' : 'You are part of nothing that is open.';
}

function outcomeOf({ view }: Found, agentId: string): string {
  if (view.arrivedParticipants.includes(agentId)) return 'arrived';
  if (view.failedParticipants.includes(agentId)) return 'failed';
  if (view.excusedParticipants.includes(agentId)) return 'excused';
  return view.missingParticipants.includes(agentId) ? 'pending' : 'creator, not a participant';
}

/** A directory of more agents is searched in part; a whole id is found in any. */
const PAGES_READ = 5;

const findAgents = tool({
  name: 'find_agents',
  description:
    'Find agents by a part of their id or name, or list them, with presence. Check ids here before you list or message them.',
  input: z.strictObject({ query: z.string().optional().describe('Part of an id or name') }),
  output: z.object({
    agents: z.array(z.looseObject({ id: z.string() })),
    more: z.boolean(),
  }),
  hints: READS,
  run: async (session, { query = '' }) => {
    const { agents, more } = await searchAgents(session, query.trim().toLowerCase(), query.trim());
    const lines = agents.map(
      ({ id, name, active, presence }) =>
        `- ${id} (${JSON.stringify(name)})${active ? '' : ', deactivated'}, ${presence ?? 'unknown'}`,
    );
    const intro = agents.length === 0 ? 'No agent found.' : `${count(agents.length, 'agent')}:`;
    const next = more ? ['There are more: search for a longer part of the id, or the whole id.'] : [];
    return { text: [intro, ...lines, ...next].join('\n'), structured: { agents, more } };
  },
});

async function searchAgents({ muster, request }: Session, part: string, id: string) {
  const exact = idSchema.safeParse(id).success
    ? await muster.agents('get', request, { params: { agentId: id } }).catch((error: unknown) => {
        if (isNotFound(error)) return null;
        throw error;
      })
    : null;
  const found = new Map(exact === null ? [] : [[exact.id, exact]]);
  let cursor: string | null | undefined;
  for (let page = 0; page < PAGES_READ && cursor !== null && found.size <= SHOWN; page++) {
    const listed = await muster.agents('list', request, {
      query: definedOf({ limit: String(MAX_LIST_LIMIT), cursor }),
    });
    for (const agent of listed.items) {
      if (agent.id.toLowerCase().includes(part) || agent.name.toLowerCase().includes(part)) found.set(agent.id, agent);
    }
    cursor = listed.nextCursor;
  }
  const agents = [...found.values()].slice(0, SHOWN).map(({ id: agentId, name, active, presence }) => ({
    ...{ id: agentId, name, active },
    presence: presence?.status ?? null,
  }));
  return { agents, more: found.size > SHOWN || cursor !== null };
}

const checkIn = tool({
  name: 'check_in',
  description:
    'Promise to check in again within ttlSeconds (10 to 3600); if you miss it, those who wait for you learn that you are lost. For long work; repeat it twice as often. ttlSeconds 0 checks out: do that when you are done.',
  input: z.strictObject({ ttlSeconds }),
  output: z.object({ present: z.boolean(), expiresAt: z.string().nullable() }),
  hints: REPEATABLE,
  run: async ({ muster, request }, body) => {
    if (body.ttlSeconds === 0) {
      await muster.agents('checkOut', request);
      return { text: 'You have checked out.', structured: { present: false, expiresAt: null } };
    }
    const { expiresAt } = await muster.agents('checkIn', request, { body });
    return {
      text: `Checked in; check in again before ${expiresAt ?? 'then'}.`,
      structured: { present: true, expiresAt },
    };
  },
});

export const agentTools = [whoAmI, findAgents, checkIn];
