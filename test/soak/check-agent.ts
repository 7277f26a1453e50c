import { type Entry, isAccepted, isPossible, type Ledger, ofKind } from './ledger';
import { type Consequences, type Contradiction, contradictionsOf, type Observation } from './observation';

/** Registration and deactivation have their event, once. */
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
  return found;
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
