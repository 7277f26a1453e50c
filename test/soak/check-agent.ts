import { type Entry, isAccepted, isPossible, type Ledger, ofKind } from './ledger';
import type { EventView } from '../support/http-client';
import { type Consequences, type Contradiction, contradictionsOf, type Must, type Observation } from './observation';

/** Registration and deactivation have their event, once; so has each lapse of presence, and each return. */
export function checkAgentConsequences(id: string, entries: readonly Entry[], { feed }: Consequences): Contradiction[] {
  const { found, must } = contradictionsOf(id);
  const events = feed.get(id) ?? [];
  for (const [kind, type] of [
    ['register agent', 'AGENT_REGISTERED'],
    ['deactivate agent', 'AGENT_DEACTIVATED'],
  ] as const) {
    const attempts = ofKind(entries, kind).filter((entry) => entry.kind === kind);
    const times = events.filter((event) => event.type === type).length;
    const least = attempts.some(isAccepted) ? 1 : 0;
    const most = attempts.some(isPossible) ? 1 : 0;
    must(times >= least && times <= most, `${times} events ${type} instead of ${least} to ${most}`);
  }
  checkPresence(entries, events, must);
  return found;
}

/** Losses and returns take turns; who fell silent is lost at the time that it was told. */
function checkPresence(entries: readonly Entry[], events: readonly EventView[], must: Must): void {
  const history = events
    .filter(({ type }) => type === 'AGENT_LOST' || type === 'AGENT_RETURNED')
    .sort((one, other) => (one.timestamp < other.timestamp ? -1 : 1));
  const types = history.map(({ type }) => type);
  const takeTurns = types.every((type, index) => type === (index % 2 === 0 ? 'AGENT_LOST' : 'AGENT_RETURNED'));
  must(takeTurns, `its losses and returns are [${types.join()}]`);
  const acts = ofKind(entries, 'check in', 'check out');
  // What has no answer may take effect later than what has one.
  if (acts.some((act) => !isAccepted(act))) return;
  const last = acts.at(-1);
  const lostAt = last?.kind === 'check in' ? last.expiresAt : undefined;
  const final = history.at(-1);
  if (lostAt) must(final?.type === 'AGENT_LOST' && final.timestamp === lostAt, `it is not lost at ${lostAt}`);
  else must(final?.type !== 'AGENT_LOST' || last?.kind === 'check out', 'it is lost without a check-in');
}

/** Who was deactivated, or whose token was revoked, is let in no more. */
export function checkRevocations(ledger: Ledger, { revokedTokens }: Observation): Contradiction[] {
  return ledger.idsOf('revoke token').flatMap((id) => {
    const { found, must } = contradictionsOf(id);
    for (const { token } of ofKind(ledger.about(id), 'revoke token').filter(isAccepted)) {
      const status = revokedTokens.get(token);
      must(status === 401, `a token that was revoked is answered with ${status ?? 'nothing'}`);
    }
    return found;
  });
}
