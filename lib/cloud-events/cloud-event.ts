import { CloudEvent } from 'cloudevents';
import { currentTrace } from '../tracing/scope';
import { formatTraceparent } from '../tracing/trace-context';

/** `source` of everything Muster publishes. */
export const CLOUD_EVENT_SOURCE = 'urn:muster';

/** For example `io.muster.event.sync-point-completed`. */
export const cloudEventType = (family: 'event' | 'message', type: string): string =>
  `io.muster.${family}.${type.toLowerCase().replaceAll('_', '-')}`;

/**
 * CloudEvents 1.0 in its JSON format (`application/cloudevents+json`), with `traceparent` of the request that led to it:
 * https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
 */
export function toCloudEvent(event: {
  id: string;
  type: string;
  /** What it is about: the id of a sync point or an agent. */
  subject: string;
  time: string;
  data: unknown;
}): string {
  const trace = currentTrace();
  return JSON.stringify(
    new CloudEvent({
      ...event,
      source: CLOUD_EVENT_SOURCE,
      datacontenttype: 'application/json',
      ...(trace && { traceparent: formatTraceparent(trace) }),
    }).toJSON(),
  );
}
