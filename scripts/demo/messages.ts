/** What the agents say to each other, and an approval that has to be acknowledged. */
import type { InboxMessage } from '@muster/client';
import type { Player } from './cast';
import type { Role } from './roles';
import type { Draws } from './draws';
import type { Scene } from './scene';

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

/** The lead asks, the auditor decides. */
export const approval: Scene = async ({ cast, draws, pause }) => {
  await cast['release-lead'].muster.messages.send({
    recipients: ['security-audit'],
    content: { type: 'APPROVAL_NEEDED', text: draws.pick(APPROVALS) },
    priority: 'HIGH',
    requiresAcknowledgment: true,
    expiresInSeconds: 600,
  });
  await pause(25_000, 45_000);
};

export const talk: Scene = async ({ cast, draws, pause }) => {
  const { from, to, text } = draws.pick(TALK);
  await cast[from].muster.messages.send({ recipients: [to], content: { type: 'QUESTION', text } });
  await pause(8_000, 16_000);
};

/** Works off the inbox at leisure, so that there is something in it to see. */
export async function readInbox(player: Player, draws: Draws, signal: AbortSignal): Promise<void> {
  const { inbox } = player.muster;
  for (;;) {
    // A dozen of long polls would keep a laptop busier than the rest of the demo.
    await player.work(draws.between(4_000, 9_000), signal);
    const [message] = await inbox.list({ unacknowledged: true, limit: 1 }, { signal }).toArray({ limit: 1 });
    if (!message) continue;
    const data = await answer(player, message, draws);
    await inbox.ack(message.id, data === undefined ? {} : { data });
  }
}

async function answer({ id, muster }: Player, message: InboxMessage, draws: Draws): Promise<unknown> {
  switch (message.content.type) {
    case 'APPROVAL_NEEDED':
      return { approved: draws.chance(75), by: id };
    case 'QUESTION': {
      const content = { type: 'ANSWER', text: draws.pick(ANSWERS) };
      await muster.messages.send({ recipients: [message.sender.id], content, inReplyTo: message.id });
      return undefined;
    }
    default:
      return undefined;
  }
}
