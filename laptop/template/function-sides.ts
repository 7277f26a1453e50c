/**
 * Splits the functions into those called by requests and those called after a change. Each group runs on a separate
 * thread. A function in both groups is imported by both.
 */
import type { HttpApiModel } from './http-api-model';
import type { StackModel } from './stack-model';

/** Behind a route, or its authorizer. */
export function functionsOfRequests({ routes }: HttpApiModel): ReadonlySet<string> {
  return new Set(
    routes.flatMap(({ functionName, authorizer }) =>
      authorizer === undefined ? [functionName] : [functionName, authorizer.functionName],
    ),
  );
}

/** Behind a stream or a queue, or not called by requests: the template doesn't name the targets of schedules. */
export function functionsOfBackground(
  model: Pick<StackModel, 'functions' | 'httpApi' | 'streamSources' | 'queueSources'>,
): ReadonlySet<string> {
  const ofRequests = functionsOfRequests(model.httpApi);
  return new Set([
    ...model.functions.map(({ name }) => name).filter((name) => !ofRequests.has(name)),
    ...model.streamSources.map(({ functionName }) => functionName),
    ...model.queueSources.map(({ functionName }) => functionName),
  ]);
}
