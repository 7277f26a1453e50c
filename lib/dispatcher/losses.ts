import { isoTime } from '../common/clock';
import { mapConcurrently } from '../common/concurrency';
import { lastCheckInMs, type Loss } from '../agents/presence';
import type { Caller } from '../http/caller';
import { publishNotification } from '../messages/publish';
import { isRefusal } from '../rosters/details';
import { SYSTEM } from '../rosters/decision';
import { type Awaiting, awaiting, lossesSince, recordLoss, rostersAwaiting } from '../rosters/losses';
import { recordOwnOutcome } from '../rosters/outcomes';
import type { Roster } from '../rosters/roster';
import type { RosterService } from '../rosters/service';
import type { RosterKind } from '../table/keys';
import type { Dispatcher } from './dispatcher';
import { lostNotification } from './notifications/roster';

/** An agent in thousands of rosters leaves room for others. */
const ROSTERS_IN_FLIGHT = 16;

const KINDS: readonly RosterKind[] = ['SP', 'PT'];

/** What a loss means for the rosters that wait for the agent. A repeat changes nothing. */
export async function onLoss(dispatcher: Dispatcher, loss: Loss): Promise<void> {
  await recordLoss(dispatcher.table, loss);
  for (const kind of KINDS) {
    for await (const rosters of rostersAwaiting(dispatcher, loss, kind)) await react(dispatcher, loss, rosters);
  }
}

/** Of participants lost before the memberships of a new roster were written: their losses did not find it. */
export async function onLossesBefore(
  dispatcher: Dispatcher,
  { kind, header: { id, createdAtMs }, participants }: Roster,
): Promise<void> {
  const losses = await lossesSince(dispatcher.table, createdAtMs);
  if (losses.length === 0) return;
  const ids = new Set(participants);
  const concerned = losses.filter(({ agentId }) => ids.has(agentId));
  await mapConcurrently(concerned, ROSTERS_IN_FLIGHT, async (loss) => {
    await react(dispatcher, loss, await awaiting(dispatcher, loss, kind, [id]));
  });
}

async function react(dispatcher: Dispatcher, loss: Loss, rosters: readonly Awaiting[]): Promise<void> {
  await mapConcurrently(rosters, ROSTERS_IN_FLIGHT, async (roster) => {
    const { header } = roster;
    if (header.whenLost === 'fail') await fail(dispatcher, loss, roster);
    else if (header.createdBy !== loss.agentId) {
      await publishNotification(dispatcher, lostNotification(roster, loss), header.id);
    }
  });
}

/** In the name of the lost agent. */
async function fail({ table, now }: Dispatcher, loss: Loss, { kind, header: { id }, page }: Awaiting): Promise<void> {
  const { pageCount, salt, rule, terms } = page;
  const rosters = new Map([[id, { pageCount, salt, rule, terms }]]);
  const service: RosterService = { table, now, kind, rosters, view: () => null };
  const caller: Caller = { agentId: loss.agentId, role: 'agent', tokenId: 'muster:presence' };
  const reason = `lost: no check-in since ${isoTime(lastCheckInMs(loss))}, promised every ${loss.ttlSeconds} s`;
  try {
    await recordOwnOutcome(service, caller, id, { outcome: 'failed', details: { reason, by: SYSTEM } });
  } catch (error) {
    // It has another outcome by now, or there is nothing left to fail at.
    if (!isRefusal(error)) throw error;
  }
}
