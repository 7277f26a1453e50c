import type { InboxItem } from '../support/http-client';
import { isAccepted, isPossible, type Ledger, ofKind } from './ledger';
import { type Consequences, type Contradiction, contradictionsOf, type Observation, tally } from './observation';

/** `content.marker` of every message that the soak sends. */
const markerOf = ({ content }: InboxItem): unknown => content['marker'];

/**
 * What may not be of one message in the inboxes of its recipients and, where somebody never acknowledged, its sender's.
 */
export function checkMessageConsequences(marker: string, ledger: Ledger, { inboxes }: Consequences): Contradiction[] {
  const { found, must } = contradictionsOf(marker);
  const attempts = ofKind(ledger.about(marker), 'send message');
  const [first] = attempts;
  if (!first) return [];
  const sent = attempts.some(isAccepted);
  const ids = new Set(attempts.filter(isAccepted).map(({ messageId }) => messageId));
  must(ids.size <= 1, `one idempotency key was answered with ${ids.size} messages`);

  const copies = first.recipients.map((id) => ({
    id,
    items: inboxes.get(id)?.filter((item) => markerOf(item) === marker),
  }));
  const exists = sent || copies.some(({ items = [] }) => items.length > 0);
  if (!exists) return found;
  const missing: string[] = [];
  let certain = true;
  for (const { id, items } of copies) {
    if (items === undefined) {
      certain = false;
      continue;
    }
    must(items.length === 1, `${id} has it ${items.length} times`);
    const [item] = items;
    if (!item) continue;
    if (sent) must(ids.has(item.id), `${id} has it under another id`);
    const acknowledgements = ofKind(ledger.about(item.id), 'acknowledge').filter(({ by }) => by === id);
    for (const { acknowledgedAt } of acknowledgements.filter(isAccepted)) {
      must(
        item.acknowledgedAt === acknowledgedAt,
        `${id} was told ${acknowledgedAt ?? ''}, not ${item.acknowledgedAt ?? 'nothing'}`,
      );
    }
    if (item.acknowledgedAt !== null) must(acknowledgements.some(isPossible), `${id} never acknowledged it`);
    else missing.push(id);
  }

  const told = (inboxes.get(first.by) ?? []).filter(
    ({ content }) =>
      content.type === 'ACKNOWLEDGEMENT_MISSING' && copies.some(({ items }) => items?.[0]?.id === content['messageId']),
  );
  must(told.length <= 1, `its sender was told ${told.length} times that it is not acknowledged`);
  if (first.requiresAcknowledgment && certain && missing.length > 0 && inboxes.has(first.by)) {
    const named = (told[0]?.content['recipients'] ?? []) as readonly string[];
    const unnamed = missing.filter((id) => !named.includes(id));
    must(unnamed.length === 0, `its sender was not told that ${unnamed.join()} never acknowledged it`);
  }
  if (!first.requiresAcknowledgment) must(told.length === 0, 'its sender was told that it is not acknowledged');
  return found;
}

/** What may not be of one message as its sender sees it. */
export function checkMessage(marker: string, ledger: Ledger, observation: Observation): Contradiction[] {
  const { found, must } = contradictionsOf(marker);
  found.push(...checkMessageConsequences(marker, ledger, observation));
  const id = ofKind(ledger.about(marker), 'send message').find(isAccepted)?.messageId;
  if (id === undefined) return found;
  const observed = observation.messages.get(id);
  must(observed !== undefined, 'it was accepted, and its sender does not find it');
  for (const recipient of observed?.recipients ?? []) {
    const copy = observation.inboxes.get(recipient.id)?.find((item) => item.id === id);
    if (!copy) continue;
    must(
      copy.acknowledgedAt === recipient.acknowledgedAt,
      `its sender sees another acknowledgement of ${recipient.id}`,
    );
  }
  return found;
}

/** Nothing is in an inbox twice, whatever it is; acknowledgements of what the service itself sent are there. */
export function checkInbox(agentId: string, items: readonly InboxItem[], ledger: Ledger): Contradiction[] {
  const { found, must } = contradictionsOf(agentId);
  for (const [id, times] of tally(items.map((item) => item.id))) {
    must(times === 1, `message ${id} is in the inbox ${times} times`);
  }
  for (const item of items) {
    for (const attempt of ofKind(ledger.about(item.id), 'acknowledge')) {
      if (attempt.by !== agentId || !isAccepted(attempt)) continue;
      must(
        item.acknowledgedAt === attempt.acknowledgedAt,
        `message ${item.id} was acknowledged at ${attempt.acknowledgedAt ?? ''}, and shows ${item.acknowledgedAt ?? 'nothing'}`,
      );
    }
  }
  return found;
}
