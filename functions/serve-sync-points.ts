import { asLambdaHandler, createAuthenticatedApi } from '../lib/api/api';
import { syncPointRoutes as routes } from '../lib/api/sync-point-routes';
import { serveRoute } from '../lib/api/serve-route';
import { systemClock as now } from '../lib/clock';
import { requiredSetting } from '../lib/configuration';
import { viewEvent } from '../lib/events/event';
import { listEvents } from '../lib/events/event-repository';
import { createLogger } from '../lib/logging/create-logger';
import { arrive, type SyncPointShapes } from '../lib/sync-points/arrive';
import { createSyncPoint } from '../lib/sync-points/create-sync-point';
import { endSyncPoint, moveDeadline } from '../lib/sync-points/end-sync-point';
import { listArrivals } from '../lib/sync-points/list-arrivals';
import { listSyncPoints } from '../lib/sync-points/list-sync-points';
import { readSyncPoint, waitForEnd } from '../lib/sync-points/read-sync-point';
import { viewSyncPoint } from '../lib/sync-points/sync-point';
import { openTable } from '../lib/table/table';

const table = openTable(requiredSetting('TABLE_NAME'));
const shapes: SyncPointShapes = new Map();
const api = createAuthenticatedApi(createLogger());

serveRoute(api, routes.create, async (c) => {
  const { 'idempotency-key': key } = c.req.valid('header');
  const created = await createSyncPoint(table, now, c.var.caller, c.req.valid('json'), key);
  return c.json(created, 201, { location: `/v1/sync-points/${created.id}` });
});

serveRoute(api, routes.list, async (c) => {
  const { items, nextCursor } = await listSyncPoints(table, now, c.var.caller, c.req.valid('query'));
  return c.json({ items: items.map(viewSyncPoint), nextCursor }, 200);
});

serveRoute(api, routes.get, async (c) => {
  const { wait = 0 } = c.req.valid('query');
  const { syncPoint } = await readSyncPoint(table, now, c.var.caller, c.req.valid('param').id);
  return c.json(viewSyncPoint(await waitForEnd(table, now, syncPoint, wait * 1_000)), 200);
});

serveRoute(api, routes.move, async (c) => {
  const { deadline } = c.req.valid('json');
  return c.json(viewSyncPoint(await moveDeadline(table, now, c.var.caller, c.req.valid('param').id, deadline)), 200);
});

serveRoute(api, routes.arrive, async (c) => {
  const { id } = c.req.valid('param');
  const { wait } = c.req.valid('query');
  const arrival = await arrive(table, now, shapes, c.var.caller, id, c.req.valid('json').data);
  const status = arrival.repeated ? 200 : 201;
  if (wait === undefined) return c.json(arrival, status);

  const { syncPoint } = await readSyncPoint(table, now, c.var.caller, id);
  const view = viewSyncPoint(await waitForEnd(table, now, syncPoint, wait * 1_000));
  return c.json({ ...arrival, status: view.status, syncPoint: view }, status);
});

serveRoute(api, routes.listArrivals, async (c) => {
  const { syncPoint } = await readSyncPoint(table, now, c.var.caller, c.req.valid('param').id);
  return c.json(await listArrivals(table, syncPoint, c.req.valid('query')), 200);
});

serveRoute(api, routes.complete, async (c) => {
  const { reason } = c.req.valid('json');
  const ended = await endSyncPoint(table, now, c.var.caller, c.req.valid('param').id, 'completed', reason);
  return c.json(viewSyncPoint(ended), 200);
});

serveRoute(api, routes.cancel, async (c) => {
  const { reason } = c.req.valid('json');
  const ended = await endSyncPoint(table, now, c.var.caller, c.req.valid('param').id, 'cancelled', reason);
  return c.json(viewSyncPoint(ended), 200);
});

serveRoute(api, routes.listEvents, async (c) => {
  const { id } = c.req.valid('param');
  const { syncPoint } = await readSyncPoint(table, now, c.var.caller, id);
  const { createdAtMs } = syncPoint.header;
  const { items, nextCursor } = await listEvents(table, 'SP', id, createdAtMs, c.req.valid('query'));
  return c.json({ items: items.map(viewEvent), nextCursor }, 200);
});

export const handler = asLambdaHandler(api);
