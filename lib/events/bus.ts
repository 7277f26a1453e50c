import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { isoTime } from '../common/clock';
import { cloudEventType, toCloudEvent } from '../common/cloud-event';
import { mapConcurrently } from '../common/concurrency';
import { type MusterEvent, viewEvent } from './event';

/** `Source` of the entries on the bus; `DetailType` is the event's type, `Detail` a CloudEvent. */
export const EVENT_BUS_SOURCE = 'muster';

const ENTRIES_PER_REQUEST = 10;
const REQUESTS_IN_FLIGHT = 8;

export type EventBus = (events: readonly MusterEvent[]) => Promise<void>;

/** Delivers at least once; a repeat has the same CloudEvent id. @throws if the bus did not accept an entry. */
export function eventBridgeBus(client: EventBridgeClient, busName: string): EventBus {
  return async (events) => {
    const chunks: PutEventsRequestEntry[][] = [];
    for (let start = 0; start < events.length; start += ENTRIES_PER_REQUEST) {
      chunks.push(events.slice(start, start + ENTRIES_PER_REQUEST).map((event) => entryOf(event, busName)));
    }
    await mapConcurrently(chunks, REQUESTS_IN_FLIGHT, async (Entries) => {
      const answer = await client.send(new PutEventsCommand({ Entries }));
      const refused = answer.Entries?.find((entry) => entry.ErrorCode);
      if (refused)
        throw new Error(`The event bus refused an entry: ${refused.ErrorCode ?? ''} ${refused.ErrorMessage ?? ''}`);
    });
  };
}

const entryOf = (event: MusterEvent, busName: string): PutEventsRequestEntry => ({
  EventBusName: busName,
  Source: EVENT_BUS_SOURCE,
  DetailType: event.type,
  Time: new Date(event.timestampMs),
  Resources: [],
  Detail: toCloudEvent({
    id: event.id,
    type: cloudEventType('event', event.type),
    subject: event.relatedId,
    time: isoTime(event.timestampMs),
    data: viewEvent(event),
  }),
});
