/** Schemas that the routes of sync points and of progress trackers share. */
import * as z from 'zod';
import { MAX_DATA_BYTES, MAX_DEADLINE_AHEAD_MS } from '../common/limits';
import { answerSchema, nullableTimeSchema, timeSchema } from '../http/answers';
import { dataSchema, idSchema, listQuery, reasonSchema, repeatable, timeInput, waitSchema } from '../http/schemas';

const secondsSchema = z
  .int()
  .min(1)
  .max(MAX_DEADLINE_AHEAD_MS / 1_000);

/** `deadline` and `deadlineSeconds`, of which a request gives one at most. */
export const deadlineFields = {
  deadline: timeInput
    .nullable()
    .optional()
    .meta({ description: 'In the future, at most 366 days ahead; null: none.', type: ['string', 'null'] }),
  deadlineSeconds: secondsSchema
    .optional()
    .meta({ description: 'Instead of `deadline`: seconds from now, by the clock of the service.' }),
};

export const isOneDeadline = (body: { deadline?: unknown; deadlineSeconds?: unknown }): boolean =>
  body.deadline === undefined || body.deadlineSeconds === undefined;
export const TWO_DEADLINES = {
  path: ['deadlineSeconds'],
  error: 'must not be given together with deadline; omit one of them',
};

export const warnSecondsField = {
  warnSeconds: secondsSchema.optional().meta({
    description:
      'That long before the deadline, those pending and the creator get a message that names who is missing.',
  }),
};

/** The query of a list; `noun` is the plural. The first status is the one before the ending. */
export const rosterListQuery = <const Status extends string>(
  noun: string,
  statuses: readonly [open: Status, ...ended: Status[]],
) =>
  z
    .strictObject({
      status: repeatable(statuses, `Only ${noun} with this status.`),
      role: z
        .enum(['participant', 'creator'])
        .optional()
        .meta({ description: 'Only those with this role of the agent. If omitted: both.' }),
      agentId: idSchema.optional().meta({ description: `Admins only: list the ${noun} of this agent.` }),
      all: z
        .enum(['true', 'false'])
        .optional()
        .meta({
          description: `Admins only: \`true\` lists the ${noun} of all agents that are ${statuses[0]}. Of those that have ended, \`GET /v1/events\` has the events.`,
        }),
      ...listQuery,
    })
    .superRefine(({ all, status = [], role, agentId }, context) => {
      if (all !== 'true') return;
      const refuse = (path: string, message: string): void => {
        context.addIssue({ code: 'custom', path: [path], message });
      };
      const ofAgent = 'must not be given together with all=true, which lists those of all agents; omit one of them';
      if (role !== undefined) refuse('role', ofAgent);
      if (agentId !== undefined) refuse('agentId', ofAgent);
      if (status.some((one) => one !== statuses[0])) {
        refuse(
          'status',
          `must be ${statuses[0]} or omitted together with all=true; GET /v1/events lists the endings of all ${noun}`,
        );
      }
    });
const whenLostSchema = z.enum(['tell', 'fail']);

export const whenLostField = {
  whenLost: whenLostSchema.optional().meta({
    description:
      'What happens when a pending participant that has checked in misses its next check-in after the creation. `tell` (default): the creator gets a message. `fail`: the participant has failed.',
  }),
};

/** A query of a read that may wait. */
export const waitQuery = z.strictObject({
  wait: waitSchema,
  version: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number of 0 or more')
    .transform(Number)
    .optional()
    .meta({
      description: 'With `wait`: respond as soon as the version is no longer this one. If omitted: at the ending.',
      type: 'integer',
      minimum: 0,
    }),
});

const outcomeSchema = z.enum(['pending', 'arrived', 'failed', 'excused']);

export const failBody = z
  .strictObject({
    reason: reasonSchema.optional().meta({ description: 'Everyone related can read it.' }),
    data: dataSchema.meta({ description: `Any JSON value of up to ${MAX_DATA_BYTES} bytes.` }),
  })
  .meta({ id: 'Fail' });

export const excuseBody = z
  .strictObject({
    agentId: idSchema.meta({ description: 'A participant that is pending.' }),
    reason: reasonSchema.optional().meta({ description: 'Everyone related can read it.' }),
  })
  .meta({ id: 'Excuse' });

const ids = (description?: string) => z.array(z.string()).meta(description === undefined ? {} : { description });

/** Fields of both views. */
export const rosterFields = () => ({
  id: idSchema,
  name: z.string(),
  description: z.string().nullable(),
  participants: ids('In the order given at the creation.'),
  arrivedParticipants: ids('In order of arrival.'),
  failedParticipants: ids('In the order in which they failed.'),
  excusedParticipants: ids('Those that nobody waits for any more, in the order in which they were excused.'),
  missingParticipants: ids('Those pending: now, or at the ending.'),
  deadline: nullableTimeSchema().meta({ description: 'Nothing is accepted from then on; null: none.' }),
  warnSeconds: z.int().nullable().meta({ description: 'null: no warning before the deadline.' }),
  whenLost: whenLostSchema.meta({ description: 'What happens when a pending participant is lost.' }),
  createdAt: timeSchema(),
  createdBy: z.string().meta({ description: 'Id of the agent.' }),
  completedAt: nullableTimeSchema().meta({
    description: 'Time of the ending if the status is `completed`, otherwise null.',
  }),
  endedAt: nullableTimeSchema().meta({ description: 'Time of the ending, whatever the status.' }),
  endedBy: z.string().nullable().meta({
    description: 'Agent that ended it by hand or, as the creator of a tracker, with its last step; otherwise `system`.',
  }),
  endReason: z.string().nullable().meta({
    description:
      'As given by the agent that ended it by hand. If failures were the ending: the reason of the first that failed.',
  }),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  version: z
    .int()
    .meta({ description: 'A whole number that grows with every accepted change; see the query parameter `version`.' }),
});

/** Fields of an entry of the list of participants. */
export const participantFields = () => ({
  agentId: z.string(),
  outcome: outcomeSchema.meta({ description: 'Final, once it is no longer `pending`.' }),
  at: nullableTimeSchema().meta({ description: 'Time of the outcome; null while pending.' }),
  reason: z.string().nullable().meta({ description: 'Why it failed or was excused; null if not given.' }),
  data: z.unknown().optional().meta({ description: 'Absent if there is none.' }),
});

export const outcomeQuery = {
  outcome: outcomeSchema.optional().meta({ description: 'Only participants with this outcome.' }),
};

export const repeatedSchema = answerSchema(() =>
  z.boolean().meta({ description: '`true`: an earlier request recorded this; nothing changed.' }),
);
