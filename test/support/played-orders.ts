/** For the tests that play many orders of requests: tables in memory, what is left in the end, and what may not be. */
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { expect } from '@jest/globals';
import { dispatchChange } from '../../lib/dispatcher/dispatch';
import type { Dispatcher } from '../../lib/dispatcher/dispatcher';
import { currentTerms, decisionOf } from '../../lib/rosters/decision';
import { isOpen } from '../../lib/rosters/page';
import { type Roster, statusOf, withOutcome } from '../../lib/rosters/roster';
import { batchWrite, type Item } from '../../lib/table/table';
import type { Told } from './acts';
import { type Explored, type Performed, runInOrder } from './interleavings';
import { type Answer, createMemoryTable, type MemoryTable, plain, type Request } from './memory-table';
import { loadSyncPoint, loadTracker } from './operations';
import type { Racer } from './racer';
import { randomFrom } from './request-control';
import { repetitions } from './size';
import { createTestTable } from './test-table';

/** PROPERTY_SEED=… PROPERTY_RUNS=1 plays one of the random orders again. */
const FIRST_SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
const RUNS = repetitions('PROPERTY_RUNS', { quick: 40, complete: 400 });
/** Enough that all that can be met must have been. */
export const ARE_MANY = RUNS >= 100;

export const START = Date.parse('2026-03-01T12:00:00.000Z');
export const DEADLINE = START + 10_000;
export const BEFORE = DEADLINE - 1;

/** One of each kind of request that was made in memory, with what it was about and what it answered. */
interface Example {
  readonly request: Request;
  readonly before: readonly Item[];
  readonly answer: Answer;
}
const examples = new Map<string, Example>();

function remembering(table: MemoryTable): MemoryTable {
  table.afterRequest = (request, answer, before) => {
    const { UpdateExpression, ConditionExpression } = request.input;
    const outcome = 'error' in answer ? answer.error.name : 'ok';
    const kind = JSON.stringify([request.command, UpdateExpression, ConditionExpression, outcome, before.length]);
    const single = /^(Get|Put|Update|Delete)/.test(request.command);
    if (single && !examples.has(kind)) examples.set(kind, { request, before, answer });
  };
  return table;
}

export function tableOf(items: readonly Item[]): MemoryTable {
  const table = remembering(createMemoryTable());
  for (const item of items) table.place(item);
  return table;
}

/** The dispatcher, whose surroundings take everything; the table is what counts here. */
const dispatcherOn = (table: MemoryTable, nowMs: number): Dispatcher => ({
  table,
  now: () => nowMs,
  bus: () => Promise.resolve(),
  publish: () => Promise.resolve(),
  schedules: { set: () => Promise.resolve(), remove: () => Promise.resolve() },
  retention: { endedDays: 90, eventDays: 90, messageDays: 30 },
  reminders: { intervalMs: 3_600_000, limit: 0 },
});

async function dispatchAll(table: MemoryTable, nowMs: number): Promise<void> {
  const dispatcher = dispatcherOn(table, nowMs);
  for (let next = 0; next < table.changes.length; next++) {
    const change = table.changes[next];
    if (change && /^(HEADER|PAGE#)/.test(change.sk)) await dispatchChange(dispatcher, change);
  }
}

const eventTypes = (table: MemoryTable, kind: 'SP' | 'PT'): string[] =>
  table
    .items()
    .filter(({ pk }) => pk === `EVENTS#${kind}#p`)
    .map((item) => String(item['type']));

/** What is left of a sync point or a tracker. */
export interface Settled {
  readonly roster: Roster | null;
  /** Types of events. */
  readonly events: readonly string[];
}

export const settle =
  (kind: 'SP' | 'PT') =>
  async (table: MemoryTable): Promise<Settled> => {
    await dispatchAll(table, BEFORE);
    const roster = await (kind === 'SP' ? loadSyncPoint : loadTracker)(table, 'p');
    return { roster, events: eventTypes(table, kind) };
  };

const sameIds = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

export const OUTCOMES = [
  ['arrive', 'arrived', 'AGENT_ARRIVED'],
  ['fail', 'failed', 'AGENT_FAILED'],
  ['excuse', 'excused', 'AGENT_EXCUSED'],
] as const;

/** What was accepted is in, and nothing else; of the events of each outcome there are as many. */
export function lostOrForeign(
  { roster, events }: { readonly roster: Roster; readonly events: readonly string[] },
  deeds: readonly { readonly kind: string; readonly who?: string }[],
  performed: readonly { readonly told: Told<{ readonly code: string }> }[],
  of: readonly (typeof OUTCOMES)[number][],
): string[] {
  return of.flatMap(([kind, outcome, type]) => {
    const found: string[] = [];
    const isIn = withOutcome(roster, outcome).map(({ agentId }) => agentId);
    const accepted = new Set(
      performed.flatMap(({ told }, index) => {
        const deed = deeds[index];
        return deed?.kind === kind && told.answer?.code === 'ok' ? [deed.who ?? ''] : [];
      }),
    );
    if (!sameIds([...accepted], isIn)) found.push(`${[...accepted].join()} were accepted, ${isIn.join()} ${outcome}`);
    if (events.filter((one) => one === type).length !== isIn.length) found.push(`events of ${outcome}`);
    return found;
  });
}

/** What header and events say against the pages, and pages that are open after the end. */
export function wrongProjection({ kind, header, pages }: Roster, events: readonly string[]): string[] {
  const found: string[] = [];
  const ending = decisionOf(pages)?.ending ?? null;
  if (header.status !== (ending ?? 'open')) found.push(`the header says ${header.status} of ${String(ending)}`);
  if (ending !== null && pages.some(isOpen)) found.push('a page is open after the end');
  const { moves, ...terms } = currentTerms(pages);
  const apart = pages.filter((page) => page.moves === moves && JSON.stringify(page.terms) !== JSON.stringify(terms));
  if (apart.length > 0) found.push('two pages have other terms after the same move');
  if (ending === null && JSON.stringify(header.terms) !== JSON.stringify(terms))
    found.push('the header has other terms');
  const endings = events.filter((type) =>
    /^(SYNC_POINT|PROGRESS_TRACKER)_(COMPLETED|FAILED|CANCELLED|EXPIRED)$/.test(type),
  );
  const type = kind === 'SP' ? 'SYNC_POINT' : 'PROGRESS_TRACKER';
  if (!sameIds(endings, ending === null ? [] : [`${type}_${ending.toUpperCase()}`])) found.push(endings.join());
  return found;
}

/** Printed, so that it can be seen how much was gone through. */
export function tell(what: string, { orders, states, ends }: Explored): void {
  const count = (number: number): string => number.toLocaleString('en');
  process.stdout.write(`${what}: ${count(orders)} orders over ${count(states)} states to ${count(ends)} ends\n`);
}

export const pairsOf = <Deed>(closers: readonly (readonly [name: string, deed: Deed])[]) =>
  closers.flatMap(([name, deed], index) =>
    closers.slice(index).map(([other, deed2]) => [name, other, [deed, deed2]] as const),
  );

const drawnBy =
  (random: () => number) =>
  (requests: number): number =>
    Math.floor(random() * requests);

/** Draws plots, plays each in one order drawn as well, and tells of the first that is wrong. */
export async function playDrawn<Answer extends { readonly code: string }>(
  draw: (random: () => number) => {
    readonly plot: readonly (readonly unknown[])[];
    readonly items: readonly Item[];
    readonly racers: readonly Racer<Told<Answer>>[];
    readonly faults: (settled: Settled, performed: readonly Performed<Told<Answer>>[]) => readonly string[];
    readonly rules: unknown;
  },
  kind: 'SP' | 'PT',
): Promise<{ codes: ReadonlySet<string>; statuses: ReadonlySet<string> }> {
  const codes = new Set<string>();
  const statuses = new Set<string>();
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
    const random = randomFrom(seed);
    const { plot, items, racers, faults, rules } = draw(random);
    const table = tableOf(items);
    const { performed, choices } = await runInOrder(table, racers, drawnBy(random));
    const settled = await settle(kind)(table);
    const found = faults(settled, performed);
    if (found.length > 0) {
      throw new Error(
        `PROPERTY_SEED=${seed}: ${found.join('\n')}\n${JSON.stringify([rules, plot])}\n${performed.map((one) => JSON.stringify([one.racer, one.act, one.began, one.ended, one.told])).join('\n')}\nafter\n${choices.join('\n')}`,
      );
    }
    for (const { told } of performed) codes.add(told.answer?.code ?? '');
    if (settled.roster) statuses.add(statusOf(settled.roster));
  }
  return { codes, statuses };
}

const COMMANDS = { GetCommand, PutCommand, UpdateCommand, DeleteCommand } as const;

/** The real store must answer every kind of request that was made in memory as the table in memory did. */
export async function expectTheSameOfTheStore(): Promise<void> {
  expect(examples.size).toBeGreaterThan(20);
  const real = await createTestTable();
  for (const { request, before, answer } of examples.values()) {
    await batchWrite(
      real,
      before.map((item) => ({ put: item })),
    );
    const Command = COMMANDS[request.command as keyof typeof COMMANDS] as typeof UpdateCommand;
    const sent = real.client.send(new Command(addressedTo(real.name, request.input)));
    const [result] = await Promise.allSettled([sent]);
    const answered: Answer =
      result.status === 'fulfilled' ? { output: { ...result.value } } : { error: result.reason as Error };
    expect([request, seenOf(answered)]).toEqual([request, seenOf(answer)]);
  }
}

const addressedTo = (TableName: string, input: Record<string, unknown>): UpdateCommandInput =>
  ({ ...input, TableName }) as unknown as UpdateCommandInput;

/** What the code sees of an answer. */
function seenOf(answer: Answer): unknown {
  if (!('error' in answer)) return plain({ attributes: answer.output['Attributes'], item: answer.output['Item'] });
  const { name, Item } = answer.error as Error & { Item?: unknown };
  return plain({ name, item: Item ?? null });
}
