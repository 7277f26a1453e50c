import { asLambdaHandler, createAuthenticatedApi } from '../lib/api/api';
import { progressTrackerRoutes as routes } from '../lib/api/progress-tracker-routes';
import { serveRoute } from '../lib/api/serve-route';
import { systemClock as now } from '../lib/clock';
import { requiredSetting } from '../lib/configuration';
import { viewEvent } from '../lib/events/event';
import { listEvents } from '../lib/events/event-repository';
import { createLogger } from '../lib/logging/create-logger';
import { cancelTracker } from '../lib/progress-trackers/cancel-tracker';
import { createTracker } from '../lib/progress-trackers/create-tracker';
import { listReports } from '../lib/progress-trackers/list-reports';
import { listTrackers } from '../lib/progress-trackers/list-trackers';
import { viewTracker } from '../lib/progress-trackers/progress-tracker';
import { readTracker, waitForChange } from '../lib/progress-trackers/read-tracker';
import { reportProgress, type TrackerShapes } from '../lib/progress-trackers/report-progress';
import { openTable } from '../lib/table/table';

const table = openTable(requiredSetting('TABLE_NAME'));
const shapes: TrackerShapes = new Map();
const api = createAuthenticatedApi(createLogger());

serveRoute(api, routes.create, async (c) => {
  const { 'idempotency-key': key } = c.req.valid('header');
  const created = await createTracker(table, now, c.var.caller, c.req.valid('json'), key);
  return c.json(created, 201, { location: `/v1/progress-trackers/${created.id}` });
});

serveRoute(api, routes.list, async (c) => {
  const { items, nextCursor } = await listTrackers(table, now, c.var.caller, c.req.valid('query'));
  return c.json({ items: items.map((tracker) => viewTracker(tracker, now())), nextCursor }, 200);
});

serveRoute(api, routes.get, async (c) => {
  const { wait = 0 } = c.req.valid('query');
  const { tracker } = await readTracker(table, now, c.var.caller, c.req.valid('param').id);
  return c.json(viewTracker(await waitForChange(table, now, c.var.caller, tracker, wait * 1_000), now()), 200);
});

serveRoute(api, routes.report, async (c) =>
  c.json(await reportProgress(table, now, shapes, c.var.caller, c.req.valid('param').id, c.req.valid('json')), 200),
);

serveRoute(api, routes.listReports, async (c) => {
  const { tracker } = await readTracker(table, now, c.var.caller, c.req.valid('param').id);
  return c.json(await listReports(table, tracker, c.req.valid('query')), 200);
});

serveRoute(api, routes.cancel, async (c) => {
  const { reason } = c.req.valid('json');
  return c.json(
    viewTracker(await cancelTracker(table, now, c.var.caller, c.req.valid('param').id, reason), now()),
    200,
  );
});

serveRoute(api, routes.listEvents, async (c) => {
  const { id } = c.req.valid('param');
  const { tracker } = await readTracker(table, now, c.var.caller, id);
  const { createdAtMs } = tracker.header;
  const { items, nextCursor } = await listEvents(table, 'PT', id, createdAtMs, c.req.valid('query'));
  return c.json({ items: items.map(viewEvent), nextCursor }, 200);
});

export const handler = asLambdaHandler(api);
