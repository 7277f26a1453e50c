/**
 * EventBridge: PutEvents on the template's buses. They have no rules, so events are validated, accepted and dropped, as
 * in AWS.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService, validationError } from '../aws-endpoint';

type Entry = Readonly<
  Partial<Record<'Source' | 'DetailType' | 'Detail' | 'EventBusName' | 'Resources' | 'Time', unknown>>
>;

const MAX_ENTRIES = 10;
/** For all entries together. */
const MAX_REQUEST_BYTES = 262_144;
/** The size of a time, in any notation. */
const TIME_BYTES = 14;

export function createEventBuses(names: readonly string[]): AwsService {
  const buses = new Set(['default', ...names]);

  function put(entry: Entry): object {
    const problem = problemOf(entry);
    if (problem !== undefined) return problem;
    const busName = textOf(entry.EventBusName, 'default').replace(/^arn:.*:event-bus\//, '');
    if (buses.has(busName)) return { EventId: randomUUID() };
    throw new AwsError('ResourceNotFoundException', 400, `Event bus ${busName} does not exist.`);
  }

  return ({ target, body }) => {
    if (target !== 'AWSEvents.PutEvents') return undefined;
    const entries = (Array.isArray(body['Entries']) ? body['Entries'] : []) as readonly Entry[];
    if (entries.length === 0 || entries.length > MAX_ENTRIES) {
      throw validationError(`1 validation error detected: 'entries' must have 1 to ${MAX_ENTRIES} members.`);
    }
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAX_REQUEST_BYTES) {
      throw validationError('Total size of the entries in the request is over the limit.');
    }
    const results = entries.map(put);
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  };
}

/** Only invalid entries fail; the others are accepted. */
function problemOf({ Source, DetailType, Detail }: Entry): object | undefined {
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (typeof value === 'string' && value !== '') continue;
    const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
    return { ErrorCode: 'InvalidArgument', ErrorMessage };
  }
  try {
    const detail: unknown = JSON.parse(String(Detail));
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return undefined;
  } catch {
    // reported below
  }
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function sizeOf({ Source, DetailType, Detail, Resources, Time }: Entry): number {
  const resources = Array.isArray(Resources) ? (Resources as readonly unknown[]) : [];
  const texts = [Source, DetailType, Detail, ...resources].map((value) => Buffer.byteLength(textOf(value, '')));
  return texts.reduce((sum, bytes) => sum + bytes, Time === undefined ? 0 : TIME_BYTES);
}
