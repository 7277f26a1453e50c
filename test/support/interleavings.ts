import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Table } from '../../lib/table/table';
import { type MemoryTable, plain, type Request, textOf } from './memory-table';

/** Acts of one racer follow one another; each answers what was told. */
export type Racer<Told> = readonly ((table: Table) => Promise<Told>)[];

/** One act of one racer, with the moments of its first request and its answer. */
export interface Performed<Told> {
  readonly racer: number;
  readonly act: number;
  readonly began: number;
  readonly ended: number;
  readonly told: Told;
}

export interface Explored {
  /** Different ends, of which each was checked. */
  readonly ends: number;
  /** Different states of table and racers that were met. */
  readonly states: number;
  readonly executions: number;
}

interface Waiting {
  readonly racer: number;
  readonly name: string;
  release(): void;
}

/**
 * Goes through the orders in which the requests of all racers can take effect, every one of them up to those that can't
 * be told apart: when the table and what each racer was answered so far are the same, all that follows is the same. So
 * nothing is said of who was answered before whom began: acts of different racers count as done at the same time.
 *
 * Each execution starts anew and repeats the choices that lead to where it is to go another way, so racers must be
 * determined by the answers they get.
 *
 * @param start a fresh table with racers. @param check looks at an end; @param most executions, as a bound.
 */
export async function exploreInterleavings<Told>(
  start: () => { table: MemoryTable; racers: readonly Racer<Told>[] },
  check: (table: MemoryTable, performed: readonly Performed<Told>[], choices: readonly string[]) => Promise<void>,
  most = 200_000,
): Promise<Explored> {
  const seen = new Set<string>();
  const open: (readonly number[])[] = [[]];
  let ends = 0;
  let executions = 0;
  for (let prefix = open.pop(); prefix; prefix = open.pop()) {
    if (++executions > most) throw new Error(`more than ${most} executions; ${open.length} are left to do`);
    const { table, racers } = start();
    const execution = new Execution(table, racers);
    const path: number[] = [];
    for (;;) {
      await execution.standStill();
      if (path.length >= prefix.length) {
        const state = execution.state();
        if (seen.has(state)) break;
        seen.add(state);
        for (let choice = 1; choice < execution.waiting.length; choice++) open.push([...path, choice]);
      }
      if (execution.waiting.length === 0) {
        ends++;
        execution.letGo();
        await check(table, execution.performed, execution.choices);
        break;
      }
      const choice = prefix[path.length] ?? 0;
      path.push(choice);
      execution.release(choice);
    }
  }
  return { ends, states: seen.size, executions };
}

/** One execution in an order drawn by `random`. */
export async function runInRandomOrder<Told>(
  table: MemoryTable,
  racers: readonly Racer<Told>[],
  random: () => number,
): Promise<{ performed: readonly Performed<Told>[]; choices: readonly string[] }> {
  const execution = new Execution(table, racers);
  for (;;) {
    await execution.standStill();
    if (execution.waiting.length === 0) break;
    execution.release(Math.floor(random() * execution.waiting.length));
  }
  execution.letGo();
  return execution;
}

class Execution<Told> {
  readonly waiting: Waiting[] = [];
  readonly performed: Performed<Told>[] = [];
  /** What went through, as text: the order of requests of a counterexample. */
  readonly choices: string[] = [];
  /** Per racer: a hash of all that it was answered. */
  readonly #answers: string[];
  /** Per racer: its acts in progress; undefined before the first request of one. */
  readonly #began: (number | undefined)[];
  readonly #idle: Set<number>;
  #moment = 0;

  constructor(
    readonly table: MemoryTable,
    racers: readonly Racer<Told>[],
  ) {
    this.#answers = racers.map(() => '');
    this.#began = racers.map(() => undefined);
    this.#idle = new Set();
    table.beforeRequest = (request, racer) => this.#wait(request, racer);
    const watch = table.afterRequest;
    table.afterRequest = (request, answer, before, racer) => {
      watch(request, answer, before, racer);
      const told = 'error' in answer ? { ...(answer.error as object), name: answer.error.name } : answer.output;
      this.#answers[racer] = hash(`${this.#answers[racer] ?? ''} ${JSON.stringify(plain(told))}`);
    };
    for (const [index, racer] of racers.entries()) void this.#run(index, racer);
  }

  async #run(racer: number, acts: Racer<Told>): Promise<void> {
    const table = this.table.as(racer);
    for (const [act, perform] of acts.entries()) {
      this.#began[racer] = undefined;
      const told = await perform(table);
      this.performed.push({ racer, act, began: this.#beginningOf(racer), ended: this.#moment++, told });
    }
    this.#idle.add(racer);
  }

  /** An act that asked for nothing began when it ended. */
  #beginningOf(racer: number): number {
    return this.#began[racer] ?? this.#moment++;
  }

  #wait({ command, input }: Request, racer: number): Promise<void> {
    const key = (input['Key'] ?? {}) as { sk?: string };
    return new Promise((release) => {
      this.waiting.push({ racer, name: `${racer}: ${command.replace('Command', '')} ${key.sk ?? ''}`.trim(), release });
    });
  }

  /** Every racer waits for a request, or has done all its acts. */
  async standStill(): Promise<void> {
    for (let turn = 0; turn < 1_000_000; turn++) {
      await nextTurn();
      const waiting = new Set(this.waiting.map(({ racer }) => racer));
      if (this.#answers.every((_, racer) => waiting.has(racer) || this.#idle.has(racer))) return;
    }
    throw new Error('a racer neither asks the table nor ends');
  }

  release(choice: number): void {
    const [chosen] = this.waiting.splice(choice, 1);
    if (!chosen) throw new Error(`there is no request ${choice} to let through: the racers are not determined`);
    if (this.#began[chosen.racer] === undefined) {
      this.#began[chosen.racer] = this.#moment++;
    }
    this.choices.push(chosen.name);
    chosen.release();
  }

  /** From now on requests go through by themselves. */
  letGo(): void {
    this.table.beforeRequest = () => undefined;
  }

  state(): string {
    const waiting = this.waiting.map(({ name }) => name).sort();
    const parts = [this.table.items().map(textOf), this.#answers, waiting];
    return hash(JSON.stringify(parts));
  }
}

const hash = (text: string): string => createHash('sha1').update(text).digest('base64');
