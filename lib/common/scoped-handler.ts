import type { Context } from 'aws-lambda';
import { inScope, type Scope } from './scope';

/** A handler whose log lines have the fields of `scopeOf`. It logs a failure before it throws it again. */
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
        log.error('Invocation failed', error as Error);
        throw error;
      }
    });
  };
}
