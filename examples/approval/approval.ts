/**
 * An approval by k of n: a request goes to everyone who may approve, who answer by arriving (yes) or failing (no, with
 * the reason). It is decided as soon as enough have said yes, or so many no that it can't be reached any more.
 *
 * Here all run in one process; elsewhere each approver is an agent of its own, a program or a bot that asks a person.
 *
 * With MUSTER_URL and the token of an admin in MUSTER_TOKEN, as in examples/README.md:
 *
 *     npx tsx examples/approval/approval.ts 2 yes no:'No changelog' yes
 */
import { randomUUID } from 'node:crypto';
import { ConflictError, type InboxMessage, Muster } from '@muster/client';

interface Decision {
  readonly approved: boolean;
  /** The reason of a refusal, or a comment. */
  readonly comment: string;
}

/** Asks, and waits for the decision. */
async function requestApproval(muster: Muster, approvers: string[], quorum: number, question: string) {
  const { id } = await muster.syncPoints.create({
    name: question,
    participants: approvers,
    quorum,
    deadlineSeconds: 86_400,
    // Those who haven't answered are reminded an hour before.
    warnSeconds: 3_600,
  });
  await muster.messages.send({
    recipients: { syncPointId: id },
    priority: 'HIGH',
    content: { type: 'APPROVAL_REQUESTED', syncPointId: id, question },
    // Whoever hasn't acknowledged it is reminded, and in the end this agent is told.
    requiresAcknowledgment: true,
  });
  // A refusal is an answer like others, not an error.
  return muster.syncPoints.wait(id, { throwUnlessCompleted: false });
}

/** Answers requests until the signal; each is acknowledged once it has been answered. */
async function answerRequests(muster: Muster, decide: (request: InboxMessage) => Decision, signal: AbortSignal) {
  for await (const message of muster.inbox.listen({ type: 'APPROVAL_REQUESTED', signal })) {
    const { approved, comment } = decide(message);
    const point = muster.syncPoint(String(message.content['syncPointId']));
    try {
      if (approved) await point.arrive({ data: { comment } });
      else await point.fail({ reason: comment });
    } catch (error) {
      // It is decided already, without this answer.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

const [quorum = '2', ...answers] = process.argv.slice(2);
const admin = new Muster();
const run = randomUUID().slice(0, 8);
const stop = new AbortController();

const approvers = await Promise.all(
  answers.map(async (answer, index) => {
    const id = `approver-${run}-${index + 1}`;
    const { token } = await admin.agents.register({ id, name: `Approver ${index + 1}` });
    const [word, comment = 'Fine with me'] = answer.split(':');
    const decide = (): Decision => ({ approved: word === 'yes', comment });
    return { id, done: answerRequests(new Muster({ token }), decide, stop.signal) };
  }),
);

const ids = approvers.map(({ id }) => id);
const { syncPoint, participants } = await requestApproval(admin, ids, Number(quorum), 'Release 1.4?');
for (const { agentId, outcome, reason } of participants) console.log(agentId, outcome, reason ?? '');
console.log(syncPoint.status === 'completed' ? 'Approved' : 'Refused');

stop.abort();
await Promise.all(approvers.map(({ done }) => done));
