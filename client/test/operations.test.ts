/** Every operation of the API has a method, which sends every parameter and field that the API takes. */
import { expect, test } from '@jest/globals';
import openapi from '../../openapi.json' with { type: 'json' };
import { OPERATIONS } from '../src/generated/operations.ts';
import { Muster } from '../src/index.ts';
import type { BodyOf, Operation, QueryOf } from '../src/types.ts';

/** An operation that is missing here is an error of the compiler, and of the first test. */
const METHODS = {
  getHealth: ['health'],
  whoAmI: ['whoAmI'],
  listAgents: ['agents', 'list'],
  registerAgent: ['agents', 'register'],
  getAgent: ['agents', 'get'],
  updateAgent: ['agents', 'update'],
  deactivateAgent: ['agents', 'deactivate'],
  reactivateAgent: ['agents', 'reactivate'],
  createToken: ['tokens', 'create'],
  revokeToken: ['tokens', 'revoke'],
  checkIn: ['presence', 'checkIn'],
  checkOut: ['presence', 'checkOut'],
  listSyncPoints: ['syncPoints', 'list'],
  createSyncPoint: ['syncPoints', 'create'],
  getSyncPoint: ['syncPoints', 'get'],
  moveSyncPointDeadline: ['syncPoints', 'move'],
  listArrivals: ['syncPoints', 'arrivals'],
  arriveAtSyncPoint: ['syncPoints', 'arrive'],
  failAtSyncPoint: ['syncPoints', 'fail'],
  excuseFromSyncPoint: ['syncPoints', 'excuse'],
  listSyncPointParticipants: ['syncPoints', 'participants'],
  completeSyncPoint: ['syncPoints', 'complete'],
  cancelSyncPoint: ['syncPoints', 'cancel'],
  failSyncPoint: ['syncPoints', 'endAsFailed'],
  listSyncPointEvents: ['syncPoints', 'events'],
  listProgressTrackers: ['trackers', 'list'],
  createProgressTracker: ['trackers', 'create'],
  getProgressTracker: ['trackers', 'get'],
  changeProgressTracker: ['trackers', 'change'],
  reportProgress: ['trackers', 'report'],
  listReports: ['trackers', 'reports'],
  failAtProgressTracker: ['trackers', 'fail'],
  excuseFromProgressTracker: ['trackers', 'excuse'],
  listProgressTrackerParticipants: ['trackers', 'participants'],
  completeProgressTracker: ['trackers', 'complete'],
  cancelProgressTracker: ['trackers', 'cancel'],
  failProgressTracker: ['trackers', 'endAsFailed'],
  listProgressTrackerEvents: ['trackers', 'events'],
  readInbox: ['inbox', 'list'],
  acknowledgeMessage: ['inbox', 'ack'],
  acknowledgeMessages: ['inbox', 'ackMany'],
  listMessages: ['messages', 'list'],
  sendMessage: ['messages', 'send'],
  getMessage: ['messages', 'get'],
  listEvents: ['events', 'list'],
} as const satisfies Record<Operation, readonly string[]>;

type At<T, Path> = Path extends readonly [infer Key extends keyof T, ...infer Rest] ? At<T[Key], Rest> : T;
type MethodOf<O extends Operation> = At<Muster, (typeof METHODS)[O]>;
type KeyOfAny<T> = T extends object ? keyof T : never;
type Offered<O extends Operation> =
  MethodOf<O> extends (...args: infer Args) => unknown ? KeyOfAny<Args[number]> : never;
type Lacking = {
  [O in Operation]: Exclude<keyof QueryOf<O> | KeyOfAny<BodyOf<O>>, Offered<O> | 'cursor'>;
}[Operation];

/** If a parameter or field has no place in the method's types, its name is the error of the compiler here. */
const lacking: [Lacking] extends [never] ? 'nothing' : Lacking = 'nothing';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly anyOf?: readonly Schema[];
}

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const described = new Map(
  Object.values(openapi.paths as unknown as Readonly<Record<string, Readonly<Record<string, Described>>>>)
    .flatMap((item) => Object.values(item))
    .map((operation) => [operation.operationId, operation]),
);

function fieldsOf({ $ref, properties, anyOf = [] }: Schema): string[] {
  const schemas = openapi.components.schemas as unknown as Readonly<Record<string, Schema>>;
  if ($ref !== undefined) return fieldsOf(schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {});
  return [...Object.keys(properties ?? {}), ...anyOf.flatMap(fieldsOf)];
}

const valuesOf = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `of-${name}`]));

test('no operation is left out', () => {
  expect(Object.keys(METHODS).sort()).toEqual(Object.keys(OPERATIONS).sort());
  expect(lacking).toBe('nothing');
});

test.each(Object.keys(METHODS) as Operation[])('%s is sent with all that it takes', async (operation) => {
  const requests: { readonly url: URL; readonly init: RequestInit | undefined }[] = [];
  const fetch = (url: URL, init?: RequestInit): Promise<Response> => {
    requests.push({ url, init });
    return Promise.resolve(Response.json({ items: [], nextCursor: null }));
  };
  const muster = new Muster({ url: 'http://muster.test', fetch: fetch as typeof globalThis.fetch });
  const { parameters = [], requestBody } = described.get(operation) ?? {};
  const namesIn = (place: string): string[] =>
    parameters.flatMap((parameter) => (parameter.in === place && parameter.name !== 'cursor' ? parameter.name : []));
  const ids = valuesOf(namesIn('path'));
  const query = valuesOf(namesIn('query'));
  const body = requestBody && valuesOf(fieldsOf(requestBody.content['application/json']?.schema ?? {}));
  const takesMore = Object.keys({ ...query, ...body }).length > 0;

  const [name, inner] = METHODS[operation] as readonly [string, string?];
  const part: unknown = Reflect.get(muster, name);
  const [owner, call] = (inner === undefined ? [muster, part] : [part, Reflect.get(part as object, inner)]) as [
    object,
    (...args: unknown[]) => PromiseLike<unknown>,
  ];
  await call.apply(owner, [...Object.values(ids), ...(takesMore ? [{ ...query, ...body }] : [])]);

  const [method, path, keyed] = OPERATIONS[operation] as readonly [string, string, 'keyed'?];
  const sent = requests[0];
  expect(sent?.init?.method).toBe(method);
  expect(sent?.url.pathname).toBe(path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? ''));
  expect(Object.fromEntries(sent?.url.searchParams ?? [])).toEqual(query);
  expect(JSON.parse((sent?.init?.body as string | undefined) ?? '{}')).toEqual(body ?? {});
  expect(new Headers(sent?.init?.headers).has('idempotency-key')).toBe(keyed === 'keyed');
});
