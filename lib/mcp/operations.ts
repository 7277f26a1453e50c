import { agentApi } from '../agents/api';
import type { Directory } from '../agents/manage';
import { agentRoutes } from '../agents/routes';
import type { Clock } from '../common/clock';
import { type GatewayEvent, inProcess } from '../http/app';
import type { Caller } from '../http/caller';
import { messageApi } from '../messages/api';
import { inboxApi } from '../messages/inbox-api';
import { inboxRoutes } from '../messages/inbox-routes';
import { messageRoutes } from '../messages/routes';
import { rosterReader } from '../rosters/recipients';
import { syncPointApi } from '../sync-points/api';
import { syncPointRoutes } from '../sync-points/routes';
import type { Service } from '../table/service';
import { trackerApi } from '../trackers/api';
import { trackerRoutes } from '../trackers/routes';

export type McpService = Service & Directory & { readonly messageDays: number };

/** The operations of the HTTP API that the tools consist of. */
export const musterOperations = (service: McpService) => ({
  agents: inProcess(agentRoutes, agentApi(service)),
  syncPoints: inProcess(syncPointRoutes, syncPointApi({ ...service, rosters: new Map() })),
  trackers: inProcess(trackerRoutes, trackerApi({ ...service, rosters: new Map() })),
  inbox: inProcess(inboxRoutes, inboxApi(service)),
  messages: inProcess(messageRoutes, messageApi({ ...service, rosterReader: rosterReader(service.table) })),
});

/**
 * Makes what a tool creates or sends safe to repeat. A client that repeats requests by itself, like `muster mcp`, sends
 * the key as the header that it is over HTTP.
 */
export const idempotency = ({ request }: Session, key = request.event.headers['idempotency-key']) => ({
  headers: key === undefined ? {} : { 'idempotency-key': key },
});

/** One request to `/mcp`: who calls, and what it can call. */
export interface Session {
  readonly muster: ReturnType<typeof musterOperations>;
  readonly request: { readonly caller: Caller; readonly event: GatewayEvent };
  readonly now: Clock;
}
