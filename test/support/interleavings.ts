import type { Item } from '../../lib/table/table';
import { type ActTimes, KnownTimes, noTimesOf, timesAfter } from './act-times';
import { type Effect, KnownItems, type KnownRequest, Numbers } from './known-items';
import type { Answer, MemoryTable, Request } from './memory-table';
import { type Racer, RacerAtWork } from './racer';

/** One act of one racer, with the moments of its first request and its answer. */
export interface Performed<Told> {
  readonly racer: number;
  readonly act: number;
  readonly began: number;
  readonly ended: number;
  readonly told: Told;
}

export interface Explored {
  /** Orders of requests. Most of them share all but a few of their states. */
  readonly orders: number;
  /** Different states of table and racers that were met. */
  readonly states: number;
  /**
   * Different ends, of which each was checked: what the stream tells, what everybody was told, who came before whom.
   */
  readonly ends: number;
}

/** What must hold in the end. */
export interface Verdict<Settled, Told> {
  /** Lets follow what the stream sets going, and looks at what is in the table then. Once for each different table. */
  settle(table: MemoryTable): Promise<Settled>;
  /** What is wrong, as sentences. For each different end. */
  faults(settled: Settled, performed: readonly Performed<Told>[]): readonly string[];
}

/**
 * Goes through all orders in which the requests of all racers can take effect.
 *
 * There are far too many to play each of them, but few states that they go through, and what follows a state does not
 * depend on how it was reached. So each state is gone on from once. A state is
 *
 * - of each item, all that it has ever held, in order: more than what it holds, so that also what the stream tells of
 *   it is the same (between items the stream has no order);
 * - of each racer, all that it was answered: what it does next follows from that, and from nothing else;
 * - which acts had ended before which began, on which it depends what they may be told (see linearizability).
 *
 * Neither racers nor table are run again for each state. What a racer asks after given answers is found once, by giving
 * a fresh one those answers; what a request answers and changes is found once for given items that it is about. The
 * rest is a walk over numbers that stand for these.
 *
 * @param tableOf a fresh table that holds given items
 * @param items what it holds at the beginning
 * @param most states, as a bound
 */
export async function exploreInterleavings<Settled, Told>(
  tableOf: (items: readonly Item[]) => MemoryTable,
  items: readonly Item[],
  racers: readonly Racer<Told>[],
  verdict: Verdict<Settled, Told>,
  most = 20_000_000,
): Promise<Explored> {
  const known = new KnownItems(tableOf, items);
  const behaviours = racers.map((racer, index) => new Behaviour(known, racer, String(index)));
  const times = new KnownTimes();
  const met = new MetStates(racers.length, most);
  const settled = new Map<number, Settled>();
  const judged = new Set<string>();
  const path: { readonly racer: number; readonly request: Request }[] = [];

  const settle = (versions: number): Settled => {
    const found = settled.get(versions);
    if (found !== undefined) return found;
    const requests = path.map(({ request }) => request);
    throw new Missing(async () => {
      const table = tableOf(items);
      for (const request of requests) table.perform(request);
      settled.set(versions, await verdict.settle(table));
    });
  };

  const judge = ({ versions, positions, timesId }: State<Told>): void => {
    const end = [versions, timesId, ...positions.map(({ toldId }) => toldId)].join();
    if (judged.has(end)) return;
    const told = positions.map((position) => position.told);
    const faults = verdict.faults(settle(versions), performedOf(told, times.of(timesId)));
    if (faults.length > 0) throw new Error([...faults, 'after', ...path.map(nameOfStep)].join('\n'));
    judged.add(end);
  };

  /** Answers how many orders lead on from the state. @throws Missing. */
  const visit = (state: State<Told>): number => {
    const { positions } = state;
    let orders = 0;
    let isEnd = true;
    for (const [racer, position] of positions.entries()) {
      for (const { number, request } of position.waiting) {
        isEnd = false;
        const effect = known.perform(state.versions, request);
        const after = position.after.get(afterKey(number, effect.answerId));
        if (!after) throw new Missing(() => behaviours[racer]?.goOn(position, number, effect));
        const timesId = times.after(state.timesId, racer, position, after);
        const place = met.placeAfter(state.place, racer, position.id, after.id);
        let ordersOfNext = met.get(effect.versions, timesId, place);
        if (ordersOfNext === undefined) {
          path.push({ racer, request: request.request });
          const next = { versions: effect.versions, positions: positions.with(racer, after), timesId, place };
          ordersOfNext = visit(next);
          path.pop();
          met.set(effect.versions, timesId, place, ordersOfNext);
        }
        orders += ordersOfNext;
      }
    }
    if (isEnd) judge(state);
    return isEnd ? 1 : orders;
  };

  const positions = await Promise.all(behaviours.map((behaviour) => behaviour.beginning()));
  const beginning = {
    versions: known.beginning,
    positions,
    timesId: times.beginning(positions),
    place: [0, 0] as const,
  };
  for (;;) {
    try {
      const orders = visit(beginning);
      return { orders, states: met.size + 1, ends: judged.size };
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      path.length = 0;
      await error.find();
    }
  }
}

/**
 * Something that takes promises to find out. The walk itself has none: at each of a million states they would take most
 * of the time. It begins again when that has been found, and is soon where it was, as it knows what it went through.
 */
class Missing extends Error {
  constructor(readonly find: () => Promise<unknown> | undefined) {
    super('not known yet');
  }
}

interface State<Told> {
  /** What each item has held so far, as one number. */
  readonly versions: number;
  /** Of each racer. */
  readonly positions: readonly Position<Told>[];
  /** The same as one number. */
  readonly place: Place;
  readonly timesId: number;
}

/** Where a racer stands: what it waits for, and what follows each answer as far as that is known. */
interface Position<Told> {
  /** From 0, which is the beginning. */
  readonly id: number;
  /** The answers that led here: which request of the racer, and what it was answered. */
  readonly answers: readonly { readonly number: number; readonly answer: Answer }[];
  readonly waiting: readonly { readonly number: number; readonly request: KnownRequest }[];
  readonly told: readonly Told[];
  /** The same for those who were told the same. */
  readonly toldId: number;
  readonly hasBegun: boolean;
  readonly after: Map<number, Position<Told>>;
}

/** Racers make few requests, answers are some thousand at most. */
const afterKey = (number: number, answerId: number): number => answerId * 1_000 + number;

/** Where all racers stand: two numbers, each of the positions of half of them, as one would not be exact. */
type Place = readonly [number, number];

const MOST_POSITIONS = 2 ** 17;
const MOST_RACERS_OF_A_HALF = 3;

/** The states that were met, and how many orders lead on from each. */
class MetStates {
  size = 0;
  /** By versions, times and places. */
  readonly #orders: (Map<number, number>[] | undefined)[] = [];
  /** Short numbers for the first and the second halves of places. */
  readonly #halves: readonly Map<number, number>[] = [new Map(), new Map()];

  constructor(
    racers: number,
    private readonly most: number,
  ) {
    if (racers > 2 * MOST_RACERS_OF_A_HALF) throw new Error(`${racers} racers are too many`);
  }

  placeAfter([first, second]: Place, racer: number, from: number, to: number): Place {
    if (to >= MOST_POSITIONS) throw new Error(`a racer has more than ${MOST_POSITIONS} positions`);
    const step = (to - from) * MOST_POSITIONS ** (racer % MOST_RACERS_OF_A_HALF);
    return racer < MOST_RACERS_OF_A_HALF ? [first + step, second] : [first, second + step];
  }

  get(versions: number, timesId: number, place: Place): number | undefined {
    return this.#orders[versions]?.[timesId]?.get(this.#numberOf(place));
  }

  set(versions: number, timesId: number, place: Place, orders: number): void {
    const byTimes = (this.#orders[versions] ??= []);
    (byTimes[timesId] ??= new Map()).set(this.#numberOf(place), orders);
    if (++this.size > this.most) throw new Error(`there are more than ${this.most} states`);
  }

  #numberOf([first, second]: Place): number {
    return this.#half(0, first) * 2 ** 26 + this.#half(1, second);
  }

  #half(which: 0 | 1, place: number): number {
    const known = this.#halves[which] as Map<number, number>;
    let number = known.get(place);
    if (number === undefined) known.set(place, (number = known.size));
    return number;
  }
}

/** What one racer does after which answers. */
class Behaviour<Told> {
  #positions = 0;
  readonly #told = new Numbers();
  /** Where nothing follows, by what was told: how it came to that makes no difference any more. */
  readonly #done = new Map<number, Position<Told>>();

  constructor(
    private readonly items: KnownItems,
    private readonly acts: Racer<Told>,
    private readonly name: string,
  ) {}

  beginning(): Promise<Position<Told>> {
    return this.#positionOf(new RacerAtWork(this.acts, this.name), []);
  }

  async goOn(from: Position<Told>, number: number, { answer, answerId }: Effect): Promise<Position<Told>> {
    const racer = new RacerAtWork(this.acts, this.name);
    for (const given of from.answers) {
      await racer.standStill();
      racer.answer(given.number, given.answer);
    }
    await racer.standStill();
    const asked = this.#waitingOf(racer).map(({ request }) => request.id);
    if (asked.join() !== from.waiting.map(({ request }) => request.id).join()) {
      throw new Error('a racer asks something else after the same answers: what it does is not determined');
    }
    racer.answer(number, answer);
    const position = await this.#positionOf(racer, [...from.answers, { number, answer }]);
    from.after.set(afterKey(number, answerId), position);
    return position;
  }

  #waitingOf({ waiting }: RacerAtWork<Told>): Position<Told>['waiting'] {
    return waiting.map(({ number, request }) => ({ number, request: this.items.known(request) }));
  }

  /** Of a racer that has been given the answers. */
  async #positionOf(racer: RacerAtWork<Told>, answers: Position<Told>['answers']): Promise<Position<Told>> {
    await racer.standStill();
    const { told, hasBegun } = racer;
    const toldId = this.#told.of(JSON.stringify(told));
    const waiting = this.#waitingOf(racer);
    const isDone = waiting.length === 0;
    const position = (isDone ? this.#done.get(toldId) : undefined) ?? {
      id: this.#positions++,
      answers,
      waiting,
      told,
      toldId,
      hasBegun,
      after: new Map(),
    };
    if (isDone) this.#done.set(toldId, position);
    return position;
  }
}

function performedOf<Told>(told: readonly (readonly Told[])[], times: readonly ActTimes[]): readonly Performed<Told>[] {
  return told.flatMap((ofRacer, racer) =>
    ofRacer.map((one, act) => ({
      racer,
      act,
      began: times[racer]?.began[act] ?? 0,
      ended: times[racer]?.ended[act] ?? 0,
      told: one,
    })),
  );
}

function nameOfStep({ racer, request: { command, input } }: { racer: number; request: Request }): string {
  const { pk = '', sk = '' } = (input['Key'] ?? {}) as { pk?: string; sk?: string };
  return `${racer}: ${command.replace('Command', '')} ${pk} ${sk}`.trim();
}

/** Runs all in one order. @param choose says which of so many requests is next, from 0. */
export async function runInOrder<Told>(
  table: MemoryTable,
  racers: readonly Racer<Told>[],
  choose: (requests: number) => number,
): Promise<{ performed: readonly Performed<Told>[]; choices: readonly string[] }> {
  const atWork = racers.map((racer, index) => new RacerAtWork(racer, String(index)));
  const choices: string[] = [];
  let times: readonly ActTimes[] = noTimesOf(racers);
  const observe = async (): Promise<void> => {
    for (const [index, racer] of atWork.entries()) {
      await racer.standStill();
      times = timesAfter(times, index, racer);
    }
  };
  for (;;) {
    await observe();
    const waiting = atWork.flatMap((racer, index) => racer.waiting.map((one) => ({ ...one, racer, index })));
    if (waiting.length === 0) break;
    const chosen = waiting[choose(waiting.length)];
    if (!chosen) throw new Error(`none of ${waiting.length} requests was chosen`);
    const { racer, index, number, request } = chosen;
    choices.push(nameOfStep({ racer: index, request }));
    racer.answer(number, table.perform(request));
  }
  return {
    performed: performedOf(
      atWork.map(({ told }) => told),
      times,
    ),
    choices,
  };
}
