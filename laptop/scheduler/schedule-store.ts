/**
 * The schedules, in memory and in a journal: one line per change, written before the response. A line truncated by a
 * crash was never acknowledged and is skipped. The start rewrites the journal without finished schedules.
 */
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { writeFileAtomically } from '../data-directory';
import type { Schedule, ScheduleKey } from './schedule';

type JournalLine = { readonly put: Schedule } | { readonly remove: string };

export class ScheduleStore {
  readonly #schedules: Map<string, Schedule>;
  readonly #journal: number;

  constructor(file: string) {
    this.#schedules = load(file);
    const content = [...this.#schedules.values()].map((put) => `${JSON.stringify({ put })}\n`).join('');
    writeFileAtomically(file, content);
    this.#journal = openSync(file, 'a');
  }

  /** A new object after each write. */
  get(key: ScheduleKey): Schedule | undefined {
    return this.#schedules.get(keyOf(key));
  }

  values(): Iterable<Schedule> {
    return this.#schedules.values();
  }

  put(schedule: Schedule): void {
    this.#append({ put: schedule });
    this.#schedules.set(keyOf(schedule), schedule);
  }

  remove(schedule: Schedule): void {
    this.#append({ remove: keyOf(schedule) });
    this.#schedules.delete(keyOf(schedule));
  }

  close(): void {
    closeSync(this.#journal);
  }

  #append(line: JournalLine): void {
    writeSync(this.#journal, `${JSON.stringify(line)}\n`);
  }
}

function load(file: string): Map<string, Schedule> {
  const schedules = new Map<string, Schedule>();
  if (!existsSync(file)) return schedules;
  const lines = readFileSync(file, 'utf8').split('\n');
  lines.pop(); // after the last line feed: nothing, or a truncated line
  for (const line of lines) {
    const change = JSON.parse(line) as JournalLine;
    if ('put' in change) schedules.set(keyOf(change.put), change.put);
    else schedules.delete(change.remove);
  }
  return schedules;
}

function keyOf({ groupName, name }: ScheduleKey): string {
  return `${groupName}/${name}`;
}
