/** Everything that may not be once the faults have stopped and all is quiet. */
import { checkAgentConsequences, checkRevocations } from './check-agent';
import { checkInbox, checkMessage, checkMessageConsequences } from './check-message';
import { checkSyncPoint, checkSyncPointConsequences } from './check-sync-point';
import { checkTracker, checkTrackerConsequences } from './check-tracker';
import type { Ledger } from './ledger';
import type { Consequences, Contradiction, Observation } from './observation';

/** Of events and inboxes only, against the ledger. */
export function checkConsequences(ledger: Ledger, seen: Consequences, nowMs: number): Contradiction[] {
  return [
    ...ledger.idsOf('create sync point').flatMap((id) => checkSyncPointConsequences(id, ledger.about(id), seen, nowMs)),
    ...ledger.idsOf('create tracker').flatMap((id) => checkTrackerConsequences(id, ledger.about(id), seen)),
    ...ledger.idsOf('send message').flatMap((marker) => checkMessageConsequences(marker, ledger, seen)),
    ...checkAgentsAndInboxes(ledger, seen),
  ];
}

/** Of everything. */
export function checkAll(ledger: Ledger, seen: Observation, nowMs: number): Contradiction[] {
  return [
    ...ledger.idsOf('create sync point').flatMap((id) => checkSyncPoint(id, ledger.about(id), seen, nowMs)),
    ...ledger.idsOf('create tracker').flatMap((id) => checkTracker(id, ledger.about(id), seen)),
    ...ledger.idsOf('send message').flatMap((marker) => checkMessage(marker, ledger, seen)),
    ...checkRevocations(ledger, seen),
    ...checkAgentsAndInboxes(ledger, seen),
  ];
}

const checkAgentsAndInboxes = (ledger: Ledger, seen: Consequences): Contradiction[] => [
  ...ledger.idsOf('register agent').flatMap((id) => checkAgentConsequences(id, ledger.about(id), seen)),
  ...[...seen.inboxes].flatMap(([id, items]) => checkInbox(id, items, ledger)),
];
