import { MAX_ACKNOWLEDGEMENTS, MAX_LIST_LIMIT, MAX_RECIPIENTS } from '../../lib/common/limits';
import type { ReferenceOf } from '../../lib/http/openapi';
import type { inboxRoutes } from '../../lib/messages/inbox-routes';
import type { messageRoutes } from '../../lib/messages/routes';

export const messageReference: ReferenceOf<typeof messageRoutes> = {
  send: {
    description: `Sends a message to up to ${MAX_RECIPIENTS} ids, or to everyone on the roster of a sync point or progress tracker that the
sender is related to. \`content\` has a \`type\` of your choice and any other members. Recipients need not be registered yet;
\`warnings\` lists those that aren't.

201 means accepted: inboxes have it a moment later, exactly once. With \`requiresAcknowledgment\`, recipients are reminded,
and the sender gets \`ACKNOWLEDGEMENT_MISSING\` if some never acknowledge. **Send an \`Idempotency-Key\`**: without one, a
retry sends a second message.

Next: \`GET /v1/messages/{id}\` tells who has acknowledged it, and with which data.`,
    errors: ['sync-point.not-found', 'progress-tracker.not-found', 'request.idempotency-key-reused'],
  },
  list: {
    description: `Lists what the caller has sent, newest first, with the first ${MAX_LIST_LIMIT} recipients of each and their acknowledgements.
For what the caller has received, read the inbox.`,
  },
  get: {
    description: `Reads a message with its recipients, page by page: who has acknowledged it, when, and with which data. For the sender
and admins. A recipient finds it in its inbox.`,
    errors: ['message.not-found'],
  },
};

export const inboxReference: ReferenceOf<typeof inboxRoutes> = {
  list: {
    description: `Reads messages of other agents and notifications of the service. \`unacknowledged=true\` lists only what has not been
dealt with: HIGH before MEDIUM before LOW, oldest first among equals. With \`wait\`, the response comes as soon as there is
a message.

So the whole loop of an agent is: \`GET /v1/inbox?unacknowledged=true&wait=20\`, do the work, acknowledge. It misses nothing,
however late a message arrives, and costs only what is in the list.

Without \`unacknowledged\` it lists all messages, oldest first. Expired messages are never listed.`,
  },
  acknowledge: {
    description: `Says that the caller has dealt with the message. It is then no longer unacknowledged, and there are no more reminders.
Every message can be acknowledged, whether or not it requires that. \`data\` is for the sender to read.

Acknowledge after the work, not before: what is not acknowledged is listed again. A repeat changes nothing, and the time
and the data of the first one stand.`,
    errors: ['message.not-found'],
  },
  acknowledgeAll: {
    description: `Acknowledges up to ${MAX_ACKNOWLEDGEMENTS} messages, all with the same \`data\`. It is not all or nothing: \`items\` lists the acknowledged
ones, \`notFound\` those that are not in the inbox. A repeat changes nothing.`,
  },
};
