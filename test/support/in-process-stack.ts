/**
 * The API in the process of the test: its routes, called with events as the gateway makes them, on a table of the
 * test's own and with a clock that it turns. What follows from a change is dispatched before the next request is
 * served.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiRoutes } from '../../infra/routes';
import { writeAdminToken } from '../../lib/agents/admin-token';
import { agentApi } from '../../lib/agents/api';
import { authorize } from '../../lib/agents/authorize';
import { agentRoutes } from '../../lib/agents/routes';
import { explainedErrors } from '../../lib/common/error-explanations';
import { consolePathItems } from '../../lib/console/paths';
import { serveConsole } from '../../lib/console/serve';
import { Site } from '../../lib/console/site';
import { sendNotice } from '../../lib/dispatcher/notices';
import { eventApi } from '../../lib/events/api';
import { eventRoutes } from '../../lib/events/routes';
import { type GatewayEvent, type RequestLog, serve } from '../../lib/http/app';
import { publicApi, unknownRoute } from '../../lib/http/public-api';
import { publicRoutes } from '../../lib/http/public-routes';
import { mcpApi } from '../../lib/mcp/api';
import { mcpRoutes } from '../../lib/mcp/routes';
import { messageApi } from '../../lib/messages/api';
import { inboxApi } from '../../lib/messages/inbox-api';
import { inboxRoutes } from '../../lib/messages/inbox-routes';
import { messageRoutes } from '../../lib/messages/routes';
import { syncPointApi } from '../../lib/sync-points/api';
import { expireDeadline } from '../../lib/rosters/deadline';
import { syncPointRoutes } from '../../lib/sync-points/routes';
import { trackerApi } from '../../lib/trackers/api';
import { trackerRoutes } from '../../lib/trackers/routes';
import { isDeadlinePayload, type SchedulePayload } from '../../lib/schedules/payloads';
import type { Schedules } from '../../lib/schedules/schedules';
import { declaredCodes, operations } from './openapi';
import { messageService } from './operations';
import { listenForHttpApi } from '../../laptop/http-api/server';
import type { AuthorizerModel, HttpRouteModel } from '../../laptop/template/http-api-model';
import document from '../../openapi.json' with { type: 'json' };
import { buildSite } from '../../web/bundle-web';
import type { TurnableClock } from './http-client';
import { createWorld } from './world';

export interface InProcessStack {
  readonly url: string;
  readonly adminToken: string;
  readonly clock: TurnableClock;
  /** Errors that an operation answered without declaring them in the OpenAPI document: `GET /v1/me agent.active`. */
  readonly undeclaredErrors: ReadonlySet<string>;
  readonly stop: () => Promise<void>;
}

const SILENT: RequestLog = { error: () => undefined, info: () => undefined, debug: () => undefined };

const MCP_OPTIONS = { corsOrigins: [], version: document.info.version, log: SILENT };

/** @param time what the clock shows before it is turned */
export async function startInProcessStack(time: () => number = Date.now): Promise<InProcessStack> {
  let aheadMs = 0;
  const now = (): number => time() + aheadMs;

  const due = new Map<string, { readonly payload: SchedulePayload; readonly atMs: number }>();
  const schedules: Schedules = {
    set: (payload, atMs) => {
      due.set(JSON.stringify([payload, atMs]), { payload, atMs });
      return Promise.resolve();
    },
    remove: (payload, atMs) => {
      due.delete(JSON.stringify([payload, atMs]));
      return Promise.resolve();
    },
  };
  const world = await createWorld({ now, schedules });
  const { dispatcher } = world;

  async function fire(): Promise<void> {
    for (const [key, { payload, atMs }] of due) {
      if (atMs > now()) continue;
      due.delete(key);
      if (isDeadlinePayload(payload)) await expireDeadline(dispatcher, payload);
      else await sendNotice(dispatcher, payload);
    }
  }

  let settled = Promise.resolve();
  let settledUnits = 0;
  /** One at a time, as the stream hands over its batches. */
  const settle = (): Promise<void> =>
    (settled = settled.then(async () => {
      await fire();
      // Units are counted when a write has been answered: what is counted is in the stream. A write while changes are
      // dispatched may be a request's, whose own change comes next.
      const { meter } = world.table;
      while (meter.writeUnits !== settledUnits) {
        settledUnits = meter.writeUnits;
        await world.dispatchAll();
        await fire();
      }
    }));

  const siteDirectory = mkdtempSync(join(tmpdir(), 'muster-site-'));
  const undeclaredErrors = new Set<string>();
  const noteUndeclared = ({ routeKey }: GatewayEvent, answer: unknown): void => {
    const { statusCode = 200, body = '' } = (answer ?? {}) as { statusCode?: number; body?: string };
    const operation = operations.find(({ method, path }) => `${method} ${path}` === routeKey);
    if (operation === undefined || statusCode < 400) return;
    const { code } = JSON.parse(body) as { readonly code?: string };
    // An error of JSON-RPC has none.
    if (code !== undefined && !declaredCodes(operation, statusCode).includes(code)) {
      undeclaredErrors.add(`${routeKey} ${code}`);
    }
  };

  const service = { ...world, rosters: new Map() };
  const handlers: Readonly<Record<string, (event: GatewayEvent) => unknown>> = {
    'serve-public': serve(
      publicRoutes,
      publicApi(document, explainedErrors()),
      SILENT,
      unknownRoute({ ...document.paths, ...consolePathItems }),
    ),
    'serve-console': consoleBuiltWhenAsked(siteDirectory),
    'serve-agents': serve(agentRoutes, agentApi({ ...service, agentDirectory: true }), SILENT),
    'serve-sync-points': serve(syncPointRoutes, syncPointApi(service), SILENT),
    'serve-progress-trackers': serve(trackerRoutes, trackerApi({ ...service, rosters: new Map() }), SILENT),
    'serve-inbox': serve(inboxRoutes, inboxApi(service), SILENT),
    'serve-messages': serve(messageRoutes, messageApi(messageService(world)), SILENT),
    'serve-events': serve(eventRoutes, eventApi(service), SILENT),
    'serve-mcp': serve(mcpRoutes, mcpApi({ ...messageService(world), agentDirectory: true }, MCP_OPTIONS), SILENT),
    'authorize-request': async ({ headers }) => ({
      isAuthorized: true,
      context: await authorize(world.table, headers['authorization']),
    }),
  };
  const adminToken = `in-process-${randomBytes(24).toString('hex')}`;
  await writeAdminToken(world.table, adminToken);

  const server = await listenForHttpApi(0);
  server.serve({
    api: { routes: routeModels() },
    functions: {
      has: (name) => name in handlers,
      invoke: async (name, event) => {
        await settle();
        const answer = await handlers[name]?.(event as GatewayEvent);
        noteUndeclared(event as GatewayEvent, answer);
        return answer;
      },
    },
    onWrite: () => void settle(),
    redactPath: (path) => path,
    warn: (line) => {
      throw new Error(line);
    },
  });
  return {
    url: server.url,
    adminToken,
    undeclaredErrors,
    clock: {
      now,
      turnTo: async (epochMs) => {
        aheadMs += Math.max(0, epochMs - now());
        await settle();
      },
    },
    stop: async () => {
      await server.stop(1_000);
      await settled;
      rmSync(siteDirectory, { recursive: true, force: true });
    },
  };
}

/** Most tests never ask for a page, and building the console takes a second. */
function consoleBuiltWhenAsked(directory: string): (event: GatewayEvent) => Promise<unknown> {
  let handler: Promise<ReturnType<typeof serveConsole>> | undefined;
  return async (event) => {
    handler ??= buildSite(directory).then(() => serveConsole(new Site(directory)));
    return (await handler)(event);
  };
}

/** No cache: a token that has been revoked is refused at once. */
const AUTHORIZER: AuthorizerModel = {
  functionName: 'authorize-request',
  identitySources: ['$request.header.Authorization'],
  cacheMs: 0,
};

const routeModels = (): HttpRouteModel[] => [
  ...apiRoutes.map(({ method, path, functionName, public: isPublic }) => ({
    routeKey: `${method} ${path}`,
    functionName,
    ...(!isPublic && { authorizer: AUTHORIZER }),
  })),
  { routeKey: '$default', functionName: 'serve-public' },
];
