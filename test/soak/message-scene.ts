/** A message with its acknowledgements and a reply. Who never acknowledges is reminded, and then the sender is told. */
import type { InboxItem, ListPage } from '../support/http-client';
import type { Agent } from './client';
import { chance, draw, outcomeOf, PATIENT, pick, type Scene, type Stage } from './scene';

export const messageScene: Scene = async (stage) => {
  const [sender, ...recipients] = draw(stage, stage.agents, 2 + Math.floor(stage.random() * 4));
  if (!sender) return;
  const requiresAcknowledgment = chance(stage, 60);
  const sent = await sendMessage(stage, sender, recipients, requiresAcknowledgment);
  if (sent === undefined) return;
  await Promise.all(
    recipients.map(async (recipient) => {
      if (requiresAcknowledgment && chance(stage, 85)) await acknowledgeWaiting(stage, recipient);
      if (chance(stage, 20) && !stage.isOver()) await sendMessage(stage, recipient, [sender], false);
    }),
  );
};

async function sendMessage(
  stage: Stage,
  sender: Agent,
  recipients: readonly Agent[],
  requiresAcknowledgment: boolean,
): Promise<string | undefined> {
  const marker = stage.freshId('message');
  const ids = recipients.map(({ id }) => id);
  const priority = pick(stage, ['LOW', 'MEDIUM', 'HIGH']);
  const told = await stage.client.insist<{ readonly id: string }>(
    {
      operation: 'send message',
      as: sender,
      method: 'POST',
      path: '/v1/messages',
      body: { recipients: ids, content: { type: 'SOAK', marker }, priority, requiresAcknowledgment },
      idempotencyKey: marker,
    },
    chance(stage, 95) ? PATIENT : 1,
    (answer) => {
      const messageId = answer.body && { messageId: answer.body.id };
      stage.ledger.add({
        kind: 'send message',
        id: marker,
        by: sender.id,
        recipients: ids,
        requiresAcknowledgment,
        ...outcomeOf(answer),
        ...messageId,
      });
    },
  );
  return told.body?.id;
}

/** Waits for what is to be acknowledged, and acknowledges it: messages of others, and creations of sync points. */
export async function acknowledgeWaiting(stage: Stage, agent: Agent): Promise<void> {
  const told = await stage.client.send<ListPage<InboxItem>>({
    operation: 'wait for a message',
    as: agent,
    method: 'GET',
    path: '/v1/inbox?unacknowledged=true&limit=20&wait=2',
  });
  for (const { id } of told.body?.items ?? []) {
    if (stage.isOver()) return;
    await acknowledge(stage, agent, id);
    if (chance(stage, 10)) await acknowledge(stage, agent, id);
  }
}

async function acknowledge(stage: Stage, agent: Agent, id: string): Promise<void> {
  await stage.client.insist<InboxItem>(
    { operation: 'acknowledge', as: agent, method: 'POST', path: `/v1/inbox/${id}/ack` },
    PATIENT,
    (told) => {
      const acknowledgedAt = told.body && { acknowledgedAt: told.body.acknowledgedAt ?? '' };
      stage.ledger.add({ kind: 'acknowledge', id, by: agent.id, ...outcomeOf(told), ...acknowledgedAt });
    },
  );
}
