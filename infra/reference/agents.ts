import type { agentRoutes } from '../../lib/agents/routes';
import { MAX_TOKENS_PER_AGENT } from '../../lib/common/limits';
import type { ReferenceOf } from '../../lib/http/openapi';

export const agentReference: ReferenceOf<typeof agentRoutes> = {
  register: {
    description: `Creates an agent and its first token. **The token is shown only in this response**: the service stores its hash.

Give an \`id\` if other programs have to know it, for example as a participant of a sync point. A sync point may list the
agent before it is registered.

With an \`id\` or an \`Idempotency-Key\` the request is safe to repeat: the same request gets the same token again. To
replace a worker that has died, don't register another agent: create a token for the same one.`,
    errors: ['auth.forbidden', 'agent.exists', 'agent.deactivated', 'request.idempotency-key-reused'],
  },
  list: {
    description: `Lists who there is, ordered by id, deactivated agents included. Agents see the short form of each other:
id, name, role, whether it is active, and its presence. Admins see all fields.

A stage can turn the directory off (\`agentDirectory\`); then only admins may list agents.`,
    errors: ['auth.forbidden'],
  },
  get: {
    description: `Reads one agent. Admins and the agent itself see all its fields, others the short form. If the stage has turned
the directory off, others get 404.

\`presence\` tells whether the agent has kept its promise to check in. \`null\` means that it has made none.`,
    errors: ['agent.not-found'],
  },
  patch: {
    description: `Changes the fields that the body has and leaves the others. \`metadata\` is replaced as a whole; \`null\` removes it.
An agent can change only itself; an admin can change all.`,
    errors: ['agent.not-found', 'agent.deactivated'],
  },
  deactivate: {
    description: `Revokes all tokens of the agent, and every operation refuses it from then on. In AWS this takes effect within the
seconds for which the gateway remembers a token (\`authorizerCacheSeconds\` of the stage, 5 by default).

Sync points still wait for it: excuse it there, or let the deadline decide. Messages for it stay in its inbox. A repeat
changes nothing. To bring it back, reactivate it.`,
    errors: ['auth.forbidden', 'agent.not-found'],
  },
  reactivate: {
    description: `Undoes a deactivation. The agent has the same id, inbox and participations as before, and one new token, which is
shown only in this response. Its former tokens stay revoked.

Send an \`Idempotency-Key\`: a repeat with the same key then gets the same token. Without one, a repeat is refused,
because the agent is active already.`,
    errors: ['auth.forbidden', 'agent.not-found', 'agent.active', 'token.revoked'],
  },
  createToken: {
    description: `Creates one more token of the agent. All its tokens have the same rights, up to ${MAX_TOKENS_PER_AGENT} at a time. The token is shown
only in this response.

Two uses: **rotation** (create, switch over, revoke the old one), and **replacing a worker**. The new worker takes the
place of the old one in every sync point, tracker and inbox, because it has the same agent id. With an
\`Idempotency-Key\`, a repeat gets the same token.`,
    errors: ['agent.not-found', 'agent.deactivated', 'agent.too-many-tokens', 'token.revoked'],
  },
  revokeToken: {
    description: `Makes a token invalid for good. Its id is in \`tokens\` of the agent, and in the response that created it. In AWS the
gateway may accept it for a few seconds more, as after a deactivation. A token can revoke itself.`,
    errors: ['agent.not-found', 'token.not-found'],
  },
  me: {
    description: `Tells which agent the token belongs to, and whether it is an admin's. Use it to test a token: it changes nothing
and works with every valid one.`,
  },
  checkIn: {
    description: `Promises to check in again within \`ttlSeconds\`. An agent that misses it counts as **lost**, which is noticed within
60 seconds. The event \`AGENT_LOST\` follows. Each sync point and tracker in which it is still pending then does what
its \`whenLost\` says: tell the creator, or record a failure.

Check in at least twice as often as promised. A lost agent that checks in again is back; failures that were recorded
stay. A check-in costs 1 write unit. An agent that never checks in is never lost.`,
  },
  checkOut: {
    description: `Ends the promise: the agent does not count as lost when it stops. Check out at the end of the work. A repeat, or a
check-out without a check-in, changes nothing.`,
  },
};
