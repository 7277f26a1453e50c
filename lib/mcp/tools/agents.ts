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
    more: z.boolean(),
    unacknowledged: z.int(),
    moreMessages: z.boolean(),
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
    const unacknowledged = inbox.items.length;
    const moreMessages = inbox.nextCursor !== null;
    const messages = moreMessages
      ? `${unacknowledged}+ unacknowledged messages`
      : count(unacknowledged, 'unacknowledged message');
    const read = unacknowledged > 0 ? ' Call read_messages.' : '';
    const intro = introOf(open);
    return {
      text: [`You are ${me.id} (${me.name}, role ${me.role}). ${messages}.${read} ${intro}`, ...lines].join('\n'),
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
        unacknowledged,
        moreMessages,
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
  if (view.missingParticipants.includes(agentId)) return 'pending';
  // At the total of a tracker that its creator completes.
  return view.participants.includes(agentId) ? 'done' : 'creator, not a participant';
}

/** More agents than these are looked at in further calls; a whole id is found in any. */
const PAGES_READ = 5;

const findAgents = tool({
  name: 'find_agents',
  description:
    'Find agents by a part of their id or name, or list them, with presence. Check ids here before you list or message them.',
  input: z.strictObject({
    query: z.string().optional().describe('Part of an id or name'),
    cursor: z.string().optional(),
  }),
  output: z.object({
    agents: z.array(z.unknown()),
    matching: z.int(),
    cursor: z.string().nullable(),
  }),
  hints: READS,
  run: async (session, { query = '', cursor: after }) => {
    const { found, lookedAt, isLast, cursor } = await searchAgents(session, query.trim(), after);
    const agents = found.slice(0, SHOWN).map(({ id, name, active, presence }) => ({
      ...{ id, name, active },
      presence: presence?.status ?? null,
    }));
    const lines = agents.map(
      ({ id, name, active, presence }) =>
        `- ${id} (${JSON.stringify(name)})${active ? '' : ', deactivated'}, ${presence ?? 'not checked in'}`,
    );
    const hidden = found.length - agents.length;
    const text = [
      `${found.length === 0 ? 'No agent' : count(found.length, 'agent')} found${isLast ? '' : ` among ${lookedAt}`}${agents.length === 0 ? '.' : ':'}`,
      ...lines,
      ...(hidden > 0 ? [`${hidden} more match: search for a longer part of the id or name, or go on.`] : []),
      ...(cursor === null
        ? []
        : [`${isLast ? 'To go on' : 'There are more agents'}: call find_agents with cursor "${cursor}".`]),
    ];
    return { text: text.join('\n'), structured: { agents, matching: found.length, cursor } };
  },
});

/** A page of those after the cursor. */
const listAgents = ({ muster, request }: Session, cursor: string | undefined, limit = MAX_LIST_LIMIT) =>
  muster.agents('list', request, { query: definedOf({ limit: String(limit), cursor }) });

/**
 * Those that match among the next 500 by id, and first the one with this id. It looks no further than at the page with
 * which there are more than an answer shows; the cursor continues after the last one shown.
 */
async function searchAgents(session: Session, query: string, after: string | undefined) {
  const { muster, request } = session;
  const exact =
    after === undefined && idSchema.safeParse(query).success
      ? await muster.agents('get', request, { params: { agentId: query } }).catch((error: unknown) => {
          if (isNotFound(error)) return null;
          throw error;
        })
      : null;
  const found = new Map(exact === null ? [] : [[exact.id, exact]]);
  const part = query.toLowerCase();
  let cursor: string | null | undefined = after;
  let lookedAt = 0;
  for (let page = 0; page < PAGES_READ && cursor !== null; page++) {
    const from: string | undefined = cursor;
    const listed: Awaited<ReturnType<typeof listAgents>> = await listAgents(session, from);
    for (const agent of listed.items) {
      if (agent.id.toLowerCase().includes(part) || agent.name.toLowerCase().includes(part)) found.set(agent.id, agent);
    }
    lookedAt += listed.items.length;
    cursor = listed.nextCursor;
    const lastShown = [...found.keys()][SHOWN - 1];
    if (found.size <= SHOWN || lastShown === undefined) continue;
    const isLast = cursor === null;
    const place = listed.items.findIndex(({ id }) => id === lastShown);
    // Those shown may all be of the pages before; then this page is the next.
    const next = place === -1 ? from : (await listAgents(session, from, place + 1)).nextCursor;
    return { found: [...found.values()], lookedAt, isLast, cursor: next ?? null };
  }
  return { found: [...found.values()], lookedAt, isLast: cursor === null, cursor: cursor ?? null };
}

const checkIn = tool({
  name: 'check_in',
  description:
    'Promise to check in again within ttlSeconds (10 to 3600); if you miss it, those who wait for you learn that you are lost. For long work; check in again at half that time. ttlSeconds 0 checks out: do that when you are done.',
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
