import type { Context } from 'aws-lambda';
import { inScope, type Scope } from '../tracing/scope';

/** A handler whose log lines carry what `scopeOf` tells, a last one about its failure among them. */
export function scopedHandler<Event, Answer>(
  log: { error(message: string, error: Error): void },
  scopeOf: (event: Event) => Scope,
  handle: (event: Event) => Promise<Answer>,
): (event: Event, context: Context) => Promise<Answer> {
  return (event, { awsRequestId }) => {
    const { trace, fields } = scopeOf(event);
    return inScope({ trace, fields: { ...fields, functionRequestId: awsRequestId } }, async () => {
      try {
        return await handle(event);
      } catch (error) {
        log.error('The call failed', error as Error);
        throw error;
      }
    });
  };
}
