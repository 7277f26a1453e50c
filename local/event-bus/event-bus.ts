/**
 * EventBridge: PutEvents on the buses of the template. Events go to the functions of the bus's rules; on a bus without rules
 * they are checked, accepted and dropped, as in AWS.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService, validationError } from '../aws-endpoint';
import type { AsyncInvoker } from '../lambda/async-invocation';
import { parsePattern, type EventPattern } from '../lambda/event-pattern';
import { messageOf } from '../local-error';
import type { EventBusModel } from '../template/messaging-model';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../template/template';

export interface EventBuses {
  readonly service: AwsService;
  /** Events that functions are still being called with. */
  readonly pending: number;
}

interface Entry {
  readonly Source?: unknown;
  readonly DetailType?: unknown;
  readonly Detail?: unknown;
  readonly EventBusName?: unknown;
  readonly Resources?: unknown;
  readonly Time?: unknown;
}

interface Rule {
  readonly matches: EventPattern;
  readonly functionNames: readonly string[];
}

const MAX_ENTRIES = 10;
/** Of all entries together. */
const MAX_REQUEST_BYTES = 262_144;
/** What a time counts, however it is written. */
const TIME_BYTES = 14;

export function createEventBuses(
  models: readonly EventBusModel[],
  invoker: AsyncInvoker,
  warn: (line: string) => void,
): EventBuses {
  const buses = new Map<string, readonly Rule[]>(
    models.map(({ name, rules }) => [
      name,
      rules.map(({ pattern, functionNames }) => ({ matches: parsePattern(pattern), functionNames })),
    ]),
  );
  let pending = 0;

  function deliver(rules: readonly Rule[], event: object): void {
    for (const functionName of rules.filter(({ matches }) => matches(event)).flatMap((rule) => rule.functionNames)) {
      pending += 1;
      invoker
        .invoke(functionName, event)
        .catch((error: unknown) => {
          warn(`${functionName} did not get an event: ${messageOf(error)}`);
        })
        .finally(() => {
          pending -= 1;
        });
    }
  }

  function put(entry: Entry): object {
    const problem = problemOf(entry);
    if (problem !== undefined) return problem;
    const busName = textOf(entry.EventBusName, 'default').replace(/^arn:.*:event-bus\//, '');
    const rules = buses.get(busName);
    if (rules === undefined && busName !== 'default') {
      throw new AwsError('ResourceNotFoundException', 400, `Event bus ${busName} does not exist.`);
    }
    const id = randomUUID();
    deliver(rules ?? [], eventOf(id, entry));
    return { EventId: id };
  }

  return {
    get pending() {
      return pending;
    },
    service: ({ target, body }) => {
      if (target !== 'AWSEvents.PutEvents') return undefined;
      const entries = body['Entries'];
      if (!Array.isArray(entries) || entries.length === 0 || entries.length > MAX_ENTRIES) {
        throw validationError(`1 validation error detected: 'entries' must have 1 to ${MAX_ENTRIES} members.`);
      }
      const size = (entries as readonly Entry[]).reduce((sum, entry) => sum + sizeOf(entry), 0);
      if (size > MAX_REQUEST_BYTES) {
        throw validationError(`Total size of the entries in the request is over the limit.`);
      }
      const results = (entries as readonly Entry[]).map(put);
      const failed = results.filter((result) => 'ErrorCode' in result).length;
      return { FailedEntryCount: failed, Entries: results };
    },
  };
}

/** Wrong entries fail alone; the others are taken. */
function problemOf({ Source, DetailType, Detail }: Entry): object | undefined {
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (typeof value === 'string' && value !== '') continue;
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    };
  }
  try {
    const detail: unknown = JSON.parse(String(Detail));
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return undefined;
  } catch {
    // answered below
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

function eventOf(id: string, { Source, DetailType, Detail, Resources, Time }: Entry): object {
  const time = typeof Time === 'number' ? new Date(Time * 1_000) : new Date();
  return {
    version: '0',
    id,
    'detail-type': DetailType,
    source: Source,
    account: LOCAL_ACCOUNT,
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: LOCAL_REGION,
    resources: Array.isArray(Resources) ? (Resources as readonly unknown[]) : [],
    detail: JSON.parse(String(Detail)) as unknown,
  };
}
