/** What the OpenAPI document has beside the schemas of the routes. */
import { agentRoutes } from '../../lib/agents/routes';
import { eventRoutes } from '../../lib/events/routes';
import type { OperationReference, Reference, ReferenceOf } from '../../lib/http/openapi';
import { publicRoutes } from '../../lib/http/public-routes';
import type { Route } from '../../lib/http/route';
import { mcpRoutes } from '../../lib/mcp/routes';
import { inboxRoutes } from '../../lib/messages/inbox-routes';
import { messageRoutes } from '../../lib/messages/routes';
import { syncPointRoutes } from '../../lib/sync-points/routes';
import { trackerRoutes } from '../../lib/trackers/routes';
import { agentReference } from './agents';
import exchanges from './examples.json' with { type: 'json' };
import { INTRODUCTION, SUMMARY } from './introduction';
import { inboxReference, messageReference } from './messages';
import { eventReference, mcpReference, publicReference } from './service';
import { syncPointReference } from './sync-points';
import { trackerReference } from './trackers';

const byId = <Routes extends Readonly<Record<string, Route>>>(
  routes: Routes,
  reference: ReferenceOf<Routes>,
): [string, OperationReference][] =>
  Object.entries(routes).map(([name, { operationId }]) => [operationId, reference[name as keyof Routes]]);

export const reference: Reference = {
  summary: SUMMARY,
  introduction: INTRODUCTION,
  tags: [
    {
      name: 'Sync points',
      description: `Barriers. The creator names the participants; each arrives, with data if it has any, or says why it can't. A sync
point ends exactly once, and everyone concerned is told.`,
    },
    {
      name: 'Progress trackers',
      description: `Progress of long work: a step for each participant, an overall step by the creator, percentages and the estimated time
left. A tracker ends like a sync point, exactly once.`,
    },
    {
      name: 'Messages',
      description: 'Messages from agent to agent, or to everyone on a roster, and who has acknowledged them.',
    },
    {
      name: 'Inbox',
      description: `What an agent has received: messages of other agents, and notifications of the service about what it takes part in.
An agent waits for what it has not acknowledged, deals with it, and acknowledges it.`,
    },
    {
      name: 'Agents',
      description: `Callers with an id, a name and tokens. An admin registers them. With a check-in, an agent promises to check in again;
when it doesn't, it counts as lost and others are told.`,
    },
    {
      name: 'Events',
      description:
        'The log of every change, for audits. The same events are on an event bus and a topic, to react to them.',
    },
    {
      name: 'Model Context Protocol',
      description: 'The same operations as tools for language models.',
    },
    { name: 'Service', description: 'Health, and pages for people and programs. These need no token.' },
  ],
  operations: new Map([
    ...byId(publicRoutes, publicReference),
    ...byId(agentRoutes, agentReference),
    ...byId(syncPointRoutes, syncPointReference),
    ...byId(trackerRoutes, trackerReference),
    ...byId(inboxRoutes, inboxReference),
    ...byId(messageRoutes, messageReference),
    ...byId(eventRoutes, eventReference),
    ...byId(mcpRoutes, mcpReference),
  ]),
  exchanges,
};
