/** How values are written in options: durations, times, JSON, numbers. */
import { InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { UsageError } from './errors';
import type { Terminal } from './terminal';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90s`, `10m`, `1h30m`, `2d`, or seconds without a unit. */
export function parseSeconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new InvalidArgumentError('Allowed: a duration like 90s, 10m, 1h30m or 2d.');
  }
  return parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (SECONDS[unit] ?? 1), 0);
}

/** With a zone or as a date; anything else would mean another time on another machine. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** ISO 8601 to milliseconds since 1970. */
export function parseTime(text: string): number {
  const ms = TIME.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError('Allowed: a time like 2026-03-01T12:00:00Z, or a date like 2026-03-01.');
  }
  return ms;
}

export const parseIsoTime = (text: string): string => new Date(parseTime(text)).toISOString();

/** What something is called: by default its id. */
export function nameOr(id: string | undefined, name: string | undefined): string {
  const given = name ?? id;
  if (given === undefined) throw new UsageError('an id or --name is required.');
  return given;
}

export function parseWhole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Allowed: a whole number, 0 or more.');
  return Number(text);
}

/** A number of things, of which there is at least one. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Allowed: a whole number from 1.');
  return Number(text);
}

/** How many items of a list: a number, or `all`. */
export function parseLimit(text: string): number {
  if (text === 'all') return Infinity;
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Allowed: a whole number from 1, or all.');
  return Number(text);
}

/** For options that may be repeated, or hold several values with commas between them. */
export const collect = (text: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  ...text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
];

/** JSON as it is, `@FILE`, or `-` for standard input. */
export async function readJson(terminal: Terminal, option: string, source: string | undefined): Promise<unknown> {
  if (source === undefined) return undefined;
  const text = await readSource(terminal, option, source);
  try {
    return JSON.parse(text);
  } catch (error) {
    const example = source.startsWith('@') || source === '-' ? '' : ` Text needs its quotes: ${option} '"text"'.`;
    throw new UsageError(`${option} is not JSON: ${(error as Error).message}.${example}`);
  }
}

export async function readJsonObject(
  terminal: Terminal,
  option: string,
  source: string | undefined,
): Promise<Record<string, unknown> | undefined> {
  const value = await readJson(terminal, option, source);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${option} must be a JSON object, like '{"branch":"main"}'.`);
  }
  return value as Record<string, unknown>;
}

async function readSource(terminal: Terminal, option: string, source: string): Promise<string> {
  if (source === '-') return terminal.readInput();
  if (!source.startsWith('@')) return source;
  try {
    return readFileSync(source.slice(1), 'utf8');
  } catch (error) {
    throw new UsageError(`The file of ${option} can't be read: ${(error as Error).message}.`);
  }
}
