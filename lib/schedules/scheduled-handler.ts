import { scopedHandler } from '../common/scoped-handler';
import { parseTraceparent } from '../common/trace';
import type { SchedulePayload, Traced } from './payloads';

interface Log {
  info(message: string, fields: { readonly outcome: string }): void;
  error(message: string, error: Error): void;
}

/** The target of schedules. Its log lines have the trace of the request that led to the schedule, and its subject. */
export const scheduledHandler = <Payload extends SchedulePayload>(
  log: Log,
  fired: string,
  handle: (payload: Payload) => Promise<string>,
) =>
  scopedHandler(
    log,
    (payload: Traced<Payload>) => ({ trace: parseTraceparent(payload.traceparent), fields: fieldsOf(payload) }),
    async (payload) => {
      log.info(fired, { outcome: await handle(payload) });
    },
  );

function fieldsOf(payload: Traced<SchedulePayload>) {
  if (payload.kind === 'REMINDER') return { messageId: payload.messageId, number: payload.number };
  const { traceparent: _isTheTrace, ...fields } = payload;
  return fields;
}
