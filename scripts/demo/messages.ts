/** What the agents say to each other, and an approval that has to be acknowledged. */
import type { InboxMessage } from '@muster/client';
import type { Player } from './cast';
import type { Role } from './roles';
import type { Draws } from './draws';
import type { Scene } from './scene';

const APPROVAL_NEEDED = 'APPROVAL_NEEDED';
const QUESTION = 'QUESTION';

/** As many as one request acknowledges. */
const AT_ONCE = 100;

const APPROVALS = [
  'Deploy to production in the next hour',
  'Delete the snapshots of last year',
  'Open port 8443 for the partner',
  'Raise the write limit to 2,000 a second',
];

const TALK: readonly { readonly from: Role; readonly to: Role; readonly text: string }[] = [
  { from: 'unit-tests', to: 'build-linux', text: 'Is the image for arm64 built as well?' },
  { from: 'review-ux', to: 'browser-tests', text: 'The dialog jumps on small screens. Can you add a check?' },
  { from: 'import-b', to: 'review-data', text: '14 rows have a date in the year 1900. Skip them?' },
  { from: 'review-api', to: 'security-audit', text: 'Does the new endpoint need a rate limit?' },
  { from: 'build-macos', to: 'release-lead', text: 'Signing takes ten minutes today, don’t wait for me.' },
  { from: 'import-a', to: 'import-c', text: 'I am ahead; I can take S and T.' },
];

const ANSWERS = ['Yes.', 'Done.', 'Not today.', 'I will look into it.', 'See the log of last night.', 'Good catch.'];

/** So long, an approval is left to the person who looks at the inbox of the auditor. */
const PATIENCE_MS = 240_000;

const EXPIRY_MS = 600_000;

/** The lead asks, the person or the auditor decides; then the lead asks for the next. */
export const approval: Scene = async ({ cast, draws, pause }) => {
  const { messages } = cast['release-lead'].muster;
  const expiresAtMs = Date.now() + EXPIRY_MS;
  const { id } = await messages.send({
    recipients: ['security-audit'],
    content: { type: APPROVAL_NEEDED, text: draws.pick(APPROVALS) },
    priority: 'HIGH',
    requiresAcknowledgment: true,
    expiresAt: new Date(expiresAtMs).toISOString(),
  });
  // A laptop that slept is one where nobody decides any more.
  for (let isOpen = true; isOpen && Date.now() < expiresAtMs;) {
    await pause(2_000, 4_000);
    const { recipients } = await messages.get(id);
    isOpen = recipients.some(({ acknowledgedAt }) => acknowledgedAt === null);
  }
  await pause(4_000, 8_000);
};

export const talk: Scene = async ({ cast, draws, pause }) => {
  const { from, to, text } = draws.pick(TALK);
  await cast[from].muster.messages.send({ recipients: [to], content: { type: QUESTION, text } });
  await pause(8_000, 16_000);
};

/** Deals with all that has come, now and then, but leaves a new approval to the person. */
export async function readInbox(player: Player, draws: Draws, signal: AbortSignal): Promise<void> {
  const { inbox } = player.muster;
  for (;;) {
    // A dozen of long polls would keep a laptop busier than the rest of the demo.
    await player.work(draws.between(4_000, 9_000), signal);
    const messages = await inbox.list({ unacknowledged: true, limit: AT_ONCE }, { signal }).toArray({ limit: AT_ONCE });
    const messageIds: string[] = [];
    for (const message of messages) {
      if (message.content.type === APPROVAL_NEEDED) await decide(player, message, draws);
      else messageIds.push(message.id);
      if (message.content.type === QUESTION) await answer(player, message, draws);
    }
    if (messageIds.length > 0) await inbox.ackMany({ messageIds });
  }
}

async function decide({ id, muster }: Player, { id: messageId, timestamp }: InboxMessage, draws: Draws): Promise<void> {
  if (Date.now() - Date.parse(timestamp) < PATIENCE_MS) return;
  await muster.inbox.ack(messageId, { data: { approved: draws.chance(75), by: id } });
}

async function answer({ muster }: Player, { id, sender }: InboxMessage, draws: Draws): Promise<void> {
  const content = { type: 'ANSWER', text: draws.pick(ANSWERS) };
  await muster.messages.send({ recipients: [sender.id], content, inReplyTo: id });
}
