import * as z from 'zod';
import { withExactId } from '../find';
import { describe, type Found, rosterOutput, structureOf } from '../rosters';
import { idempotency } from '../operations';
import { createdAnswer, createdOutput } from './created';
import { creation, data } from './schemas';
import { CHANGES, REPEATABLE, tool } from './tool';

const create = tool({
  name: 'create_sync_point',
  description:
    'Create a barrier at which named agents meet, each with its result, for when several must finish before anyone goes on. Not for the progress of a job: create_tracker. You take part only if listed. Next: tell the participants the id (they get a message too), then arrive_at_sync_point or wait_until_done.',
  input: z.strictObject({
    ...creation,
    participants: z.array(z.string()).describe('At least 2 agent ids'),
    quorum: z.int().min(1).optional().describe('Arrivals that are enough; default all'),
    endWhen: z.enum(['decided', 'everyone']).optional().describe('everyone: wait for all, even once it is decided'),
  }),
  output: z.object(createdOutput),
  hints: CHANGES,
  run: async (session, body) => {
    const { status, body: view } = await session.muster.syncPoints.respond('create', session.request, {
      body,
      ...idempotency(session),
    });
    return createdAnswer({ kind: 'sync_point', view }, { ...view, repeated: status === 200 }, session.now());
  },
});

const arrive = tool({
  name: 'arrive_at_sync_point',
  description:
    'Say that your part is done, with its result as data for the others. Final; a repeat with the same data is harmless. If your part failed: report_failure. Next: wait_until_done, if you need the others.',
  input: z.strictObject({ id: z.string(), data: data.describe('Your result, any JSON up to 64 KiB') }),
  output: z.object({ ...rosterOutput, repeated: z.boolean() }),
  hints: REPEATABLE,
  run: async (session, { id, data: result }) => {
    const { muster, request, now } = session;
    const { repeated, syncPoint } = await withExactId(session, { id, kind: 'sync_point' }, (known) =>
      muster.syncPoints('arrive', request, {
        params: { id: known },
        query: { wait: '0' },
        body: result === undefined ? {} : { data: result },
      }),
    );
    if (!syncPoint) throw new Error('unreachable: a wait was given');
    const found: Found = { kind: 'sync_point', view: syncPoint };
    const said = repeated ? 'You had already arrived.' : 'You have arrived.';
    return { text: `${said} ${describe(found, now())}`, structured: { ...structureOf(found), repeated } };
  },
});

export const syncPointTools = [create, arrive];
