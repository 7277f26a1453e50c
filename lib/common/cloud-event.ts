import { currentTrace } from './scope';
import { formatTraceparent } from './trace';

/** `source` of everything Muster publishes. */
const CLOUD_EVENT_SOURCE = 'urn:muster';

/** For example `io.muster.event.sync-point-completed`. */
export const cloudEventType = (family: 'event' | 'message', type: string): string =>
  `io.muster.${family}.${type.toLowerCase().replaceAll('_', '-')}`;

/**
 * An event in the JSON format of CloudEvents 1.0 (`application/cloudevents+json`), with the `traceparent` of the
 * request that caused it: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
 */
export function toCloudEvent(event: {
  id: string;
  type: string;
  /** The subject: the id of a sync point, progress tracker or agent. */
  subject: string;
  time: string;
  data: unknown;
}): string {
  const trace = currentTrace();
  return JSON.stringify({
    specversion: '1.0',
    source: CLOUD_EVENT_SOURCE,
    ...event,
    datacontenttype: 'application/json',
    ...(trace && { traceparent: formatTraceparent(trace) }),
  });
}
