import { expect } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { viewAgent } from '../../lib/agents/agent';
import type { viewEvent } from '../../lib/events/event';
import type { viewInboxMessage } from '../../lib/messages/message';
import type { CreatedTracker, Report, ReportAnswer, TrackerView } from '../../lib/trackers/routes';
import type { Arrival, ArrivalAnswer, CreatedSyncPoint, SyncPointView } from '../../lib/sync-points/routes';

/** Time flows as it does elsewhere, and can be turned forward. */
export interface TurnableClock {
  readonly now: () => number;
  /** Turns the clock to this time if it lies ahead, and lets everything that is due then happen. */
  readonly turnTo: (epochMs: number) => Promise<void>;
}

declare global {
  /** Set only where the test can turn the service's clock: by use-in-process-stack.ts. */
  var __MUSTER_CLOCK__: TurnableClock | undefined;
}

/** What the API answers. Type imports only: the suite also runs against a stack that is not this checkout. */
export type {
  Arrival,
  ArrivalAnswer,
  CreatedSyncPoint,
  CreatedTracker,
  Report,
  ReportAnswer,
  SyncPointView,
  TrackerView,
};
export type AgentView = ReturnType<typeof viewAgent>;
export type EventView = ReturnType<typeof viewEvent>;
export type InboxItem = ReturnType<typeof viewInboxMessage>;

export interface ListPage<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

export interface Answer<Body = Record<string, unknown>> {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface RawRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly text?: string;
  readonly body?: unknown;
}

/** Speaks HTTP with one stack, as one agent, as an admin, or (token null) as nobody. */
export class HttpClient {
  constructor(
    readonly baseUrl: string,
    /** Of the agent; the admin's is not an agent's. */
    readonly id: string,
    readonly token: string | null,
  ) {}

  async send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    { headers, text, body }: RawRequest = {},
  ): Promise<Answer<Body>> {
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: {
        ...(this.token !== null && { authorization: `Bearer ${this.token}` }),
        ...(content !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
    });
    const received = await response.text();
    return {
      method,
      path,
      status: response.status,
      headers: response.headers,
      text: received,
      // A 204 may come with a content type all the same.
      body: (received !== '' && /json/.test(response.headers.get('content-type') ?? '')
        ? JSON.parse(received)
        : {}) as Body,
    };
  }

  get<Body = Record<string, unknown>>(path: string): Promise<Answer<Body>> {
    return this.send<Body>('GET', path);
  }

  post<Body = Record<string, unknown>>(path: string, body?: unknown, key?: string): Promise<Answer<Body>> {
    return this.send<Body>('POST', path, { body, ...(key !== undefined && { headers: { 'idempotency-key': key } }) });
  }

  patch<Body = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.send<Body>('PATCH', path, { body });
  }

  delete(path: string): Promise<Answer> {
    return this.send('DELETE', path);
  }

  /** Every item of a list, page after page. */
  async all<Item>(path: string, limit = 100): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    do {
      const page: Answer<ListPage<Item>> = await this.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      if (page.status !== 200) throw new Error(`GET ${path} answered ${page.status}: ${page.text}`);
      items.push(...page.body.items);
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    return items;
  }
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run the suite with jest --selectProjects e2e.`);
  return value;
}

export const stackUrl = (): string => setting('MUSTER_URL');
export const admin = (): HttpClient => new HttpClient(stackUrl(), 'muster:operator', setting('MUSTER_ADMIN_TOKEN'));
export const nobody = (): HttpClient => new HttpClient(stackUrl(), 'nobody', null);

/** Not used before, on a stack that may have seen many runs. */
export const freshId = (prefix: string): string => `${prefix}-${randomBytes(6).toString('hex')}`;

/** A size that a slow stack may have smaller, from the environment. */
export function sizeFrom(name: string, otherwise: number): number {
  const text = process.env[name] ?? String(otherwise);
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${name} is ${text}; allowed: a whole number from 1.`);
  return Number(text);
}

/** Requests a client with many agents keeps under way at once. */
export const IN_FLIGHT = sizeFrom('MUSTER_TEST_IN_FLIGHT', 64);

/** Registers an agent for each name; its id is the name and something fresh. */
export async function agents<Names extends readonly string[]>(
  names: readonly [...Names],
  by = admin(),
): Promise<{ [Index in keyof Names]: HttpClient }> {
  return (await inFlight(IN_FLIGHT, names, (name) => register(by, freshId(name), name))) as {
    [Index in keyof Names]: HttpClient;
  };
}

/** `count` agents at once. */
export const manyAgents = (count: number, prefix: string, by = admin()): Promise<HttpClient[]> => {
  const ids = Array.from({ length: count }, (_, index) => `${freshId(prefix)}-${index}`);
  return inFlight(IN_FLIGHT, ids, (id) => register(by, id, id));
};

export async function register(by: HttpClient, id: string, name: string): Promise<HttpClient> {
  const registered = await by.post<{ token: string }>('/v1/agents', { id, name });
  if (registered.status !== 201) throw new Error(`registering ${id} answered ${registered.status}: ${registered.text}`);
  return new HttpClient(by.baseUrl, id, registered.body.token);
}

export const idsOf = (clients: readonly HttpClient[]): string[] => clients.map((client) => client.id);

/** At most `limit` at once; results in the order of the inputs. */
export async function inFlight<Input, Output>(
  limit: number,
  inputs: readonly Input[],
  work: (input: Input, index: number) => Promise<Output>,
): Promise<Output[]> {
  const outputs: Output[] = [];
  const queue = inputs.entries();
  const worker = async (): Promise<void> => {
    // All workers draw from the one iterator.
    for (const [index, input] of queue) outputs[index] = await work(input, index);
  };
  await Promise.all(Array.from({ length: Math.min(limit, inputs.length) }, worker));
  return outputs;
}

export interface PollOptions {
  /** @default 20 s */
  readonly limitMs?: number;
  /** @default 100 */
  readonly everyMs?: number;
}

/** Asks until the answer is the one waited for. @throws Error with the last answer when the time is up. */
export async function pollUntil<Value>(
  ask: () => Promise<Value> | Value,
  isDone: (value: Value) => boolean,
  { limitMs = 60_000, everyMs = 100 }: PollOptions = {},
): Promise<Value> {
  const untilMs = Date.now() + limitMs;
  for (;;) {
    const value = await ask();
    if (isDone(value)) return value;
    if (Date.now() >= untilMs) {
      throw new Error(`not so within ${limitMs} ms: ${isDone.toString()}; last: ${preview(value)}`);
    }
    await delay(everyMs);
  }
}

function preview(value: unknown): string {
  // undefined has no text
  const text = (JSON.stringify(value) as string | undefined) ?? 'undefined';
  return text.length > 4_000 ? `${text.slice(0, 4_000)}…` : text;
}

/** An answer of the status, as problem document of the code, that points at these places and tells nothing of us. */
export function expectProblem(answer: Answer<unknown>, status: number, code: string, ...pointers: string[]): void {
  const problem = answer.body as Record<string, unknown>;
  const errors = (problem['errors'] ?? []) as { pointer: string; detail: string }[];
  expect({
    request: `${answer.method} ${answer.path}`,
    status: answer.status,
    code: problem['code'],
    pointers: errors.map((error) => error.pointer),
    contentType: answer.headers.get('content-type'),
  }).toEqual({
    request: `${answer.method} ${answer.path}`,
    status,
    code,
    pointers,
    contentType: 'application/problem+json',
  });
  expect(problem).toMatchObject({
    type: `/docs/errors#${code}`,
    title: expect.stringMatching(/\S/),
    status,
    detail: expect.stringMatching(/\S/),
    instance: expect.any(String),
  });
  const [path = ''] = answer.path.split('?');
  expect(decodeURIComponent(String(problem['instance']))).toBe(decodeURIComponent(path));
  for (const error of errors) expect(error.detail).toMatch(/\S/);
  expect(answer.text).not.toMatch(/node_modules|\bat ([\w.<>]+ )*\(?[^\s"]*:\d+:\d+|Exception|\.ts\b/);
}

/** UUID version 7: ids that the service makes. */
export const UUID = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;
/** ISO 8601, UTC, milliseconds. */
export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The service's time, as far as this process can tell. */
export const nowMs = (): number => globalThis.__MUSTER_CLOCK__?.now() ?? Date.now();
/** Whether the clock is turned rather than waited for; then no other test may need it meanwhile. */
export const turnsTheClock = (): boolean => globalThis.__MUSTER_CLOCK__ !== undefined;

/** Lets time pass until then: turns the clock where that is possible, else waits. */
export async function timePasses(epochMs: number): Promise<void> {
  if (globalThis.__MUSTER_CLOCK__) await globalThis.__MUSTER_CLOCK__.turnTo(epochMs + 1);
  else await pollUntil(nowMs, (atMs) => atMs > epochMs, { limitMs: 60_000, everyMs: 20 });
}

/** As the API shows a time so many seconds ahead. */
export const secondsAhead = (seconds: number): string => new Date(nowMs() + seconds * 1_000).toISOString();
export const daysAhead = (days: number): string => secondsAhead(days * 86_400);

/** How many of each. */
export function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

/** What an inbox holds of one sync point or tracker, oldest first. */
export async function messagesAbout(client: HttpClient, relatedId: string): Promise<InboxItem[]> {
  const items = await client.all<InboxItem>('/v1/inbox');
  return items.filter(({ content }) => [content['syncPointId'], content['trackerId']].includes(relatedId));
}

/** Types of an inbox's messages about one sync point or tracker, once there are as many. */
export async function messageTypes(
  client: HttpClient,
  relatedId: string,
  expected: number,
  options?: PollOptions,
): Promise<string[]> {
  const found = await pollUntil(
    () => messagesAbout(client, relatedId),
    (items) => items.length >= expected,
    options,
  );
  return found.map((item) => item.content.type);
}

/** The log of a sync point (`/v1/sync-points/…`) or tracker once it holds an event of the type. */
export function eventsUpTo(
  client: HttpClient,
  path: string,
  type: string,
  options?: PollOptions,
): Promise<EventView[]> {
  return pollUntil(
    () => client.all<EventView>(`${path}/events`),
    (events) => events.some((event) => event.type === type),
    options,
  );
}
