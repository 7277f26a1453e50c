import * as z from 'zod';
import { idempotency } from '../operations';
import { withExactId } from '../find';
import { createdAnswer, createdOutput } from './created';
import { creation, data } from './schemas';
import { CHANGES, REPEATABLE, tool } from './tool';

const create = tool({
  name: 'create_tracker',
  description:
    'Create a tracker of long work that others watch: a number of steps that you and the participants report with report_progress. completeWhen creator (default): your own last step completes it; everyone: that of all participants.',
  input: z.strictObject({
    ...creation,
    totalSteps: z.int().min(1),
    participants: z.array(z.string()).optional().describe('Agent ids'),
    completeWhen: z.enum(['creator', 'everyone']).optional(),
    stallSeconds: z.int().min(1).optional().describe('Tell me if no step moves for so long'),
  }),
  output: z.object(createdOutput),
  hints: CHANGES,
  run: async (session, body) => {
    const { status, body: view } = await session.muster.trackers.respond('create', session.request, {
      body,
      ...idempotency(session),
    });
    return createdAnswer({ kind: 'tracker', view }, { ...view, repeated: status === 200 }, session.now());
  },
});

const report = tool({
  name: 'report_progress',
  description:
    'Report the step that you have reached (the step itself, not the difference); the last one means done. A repeat is a sign of life. At most once a second. If your part fails: report_failure.',
  input: z.strictObject({
    id: z.string(),
    step: z.int().min(0),
    data: data.describe('Any JSON up to 64 KiB'),
    ifStep: z.int().min(0).optional().describe('Only if this is your current step'),
  }),
  output: z.object({
    id: z.string(),
    step: z.int(),
    status: z.string(),
    repeated: z.boolean(),
  }),
  hints: REPEATABLE,
  run: async (session, { id, ...body }) => {
    const { muster, request } = session;
    const {
      trackerId: known,
      step,
      status,
      repeated,
    } = await withExactId(session, { id, kind: 'tracker' }, (knownId) =>
      muster.trackers('report', request, { params: { id: knownId }, body }),
    );
    return {
      text: `Step ${step} is recorded for you${repeated ? ', as before' : ''}. Tracker "${known}" is ${status}.`,
      structured: { id: known, step, status, repeated },
    };
  },
});

export const trackerTools = [create, report];
