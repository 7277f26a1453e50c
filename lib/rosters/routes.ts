/** The routes that sync points and progress trackers have alike. */
import * as z from 'zod';
import { eventOrder, eventSchema } from '../events/routes';
import { listOf } from '../http/answers';
import { authenticatedRoute, jsonBody, optionalJsonBody } from '../http/route';
import { endBody, listQuery, type pathId } from '../http/schemas';
import { excuseBody, failBody } from './schemas';

interface RosterRoutes<View, Failure, Excuse> {
  readonly path: string;
  readonly noun: string;
  /** The word for it in operation ids. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly params: ReturnType<typeof pathId>;
  readonly view: () => View;
  readonly failureAnswer: () => Failure;
  readonly excuseAnswer: () => Excuse;
}

export function rosterRoutes<View extends z.ZodType, Failure extends z.ZodType, Excuse extends z.ZodType>({
  path,
  noun,
  name,
  tags,
  params,
  view,
  failureAnswer,
  excuseAnswer,
}: RosterRoutes<View, Failure, Excuse>) {
  const byHand = (ending: 'complete' | 'fail' | 'cancel', summary: string, done: string) =>
    authenticatedRoute({
      method: 'post',
      path: `${path}/${ending}`,
      operationId: `${ending}${name}`,
      summary,
      tags,
      request: { params, body: optionalJsonBody(endBody) },
      answers: () => ({ 200: { description: `The ${done} ${noun}.`, schema: view() } }),
    });
  return {
    fail: authenticatedRoute({
      method: 'post',
      path: `${path}/failures`,
      operationId: `failAt${name}`,
      summary: 'Say that the caller cannot do its part',
      tags,
      request: { params, body: optionalJsonBody(failBody) },
      answers: () => recorded('Recorded.', 'The agent had already failed', failureAnswer()),
    }),
    excuse: authenticatedRoute({
      method: 'post',
      path: `${path}/excuses`,
      operationId: `excuseFrom${name}`,
      summary: 'Take a pending participant off the list of those waited for',
      tags,
      request: { params, body: jsonBody(excuseBody) },
      answers: () => recorded('Excused.', 'The participant had already been excused', excuseAnswer()),
    }),
    complete: byHand('complete', `Complete a ${noun} by hand`, 'completed'),
    cancel: byHand('cancel', `Cancel a ${noun}`, 'cancelled'),
    failByHand: byHand('fail', `Fail a ${noun} by hand`, 'failed'),
    listEvents: authenticatedRoute({
      method: 'get',
      path: `${path}/events`,
      operationId: `list${name}Events`,
      summary: `List the events of a ${noun}, oldest first or newest first`,
      tags,
      request: { params, query: z.strictObject({ order: eventOrder, ...listQuery }) },
      answers: () => ({ 200: { description: 'A page of events.', schema: listOf(eventSchema()) } }),
    }),
  };
}

/** Responses to an outcome: recorded by this request, or before. */
export const recorded = <Schema extends z.ZodType>(now: string, before: string, schema: Schema) => ({
  201: { description: now, schema },
  200: { description: `${before}; nothing changed.`, schema },
});
