/**
 * Event patterns as EventBridge rules and Lambda's event filters use them: every field named must match one of its
 * alternatives. Covers exact values, prefix, suffix, exists, anything-but, equals-ignore-case and numeric; another
 * operator is an error when the pattern is read, never a silent mismatch.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import { LocalError } from '../local-error';

export type EventPattern = (event: unknown) => boolean;
type Test = (value: unknown) => boolean;
type Scalar = string | number | boolean | null;

export function parsePattern(pattern: unknown): EventPattern {
  if (!isRecord(pattern)) throw new LocalError(`An event pattern must be an object, not ${JSON.stringify(pattern)}.`);
  const fields = Object.entries(pattern).map(([name, expected]): Test => {
    if (name === '$or') {
      const alternatives = (expected as readonly unknown[]).map(parsePattern);
      return (event) => alternatives.some((matches) => matches(event));
    }
    const matches = Array.isArray(expected) ? anyOf(name, expected) : parsePattern(expected);
    return (event) => matches(isRecord(event) ? event[name] : undefined);
  });
  return (event) => fields.every((matches) => matches(event));
}

/** A list in the event matches when one of its elements does. */
function anyOf(field: string, alternatives: readonly unknown[]): Test {
  const tests = alternatives.map((alternative) => parseAlternative(field, alternative));
  return (value) => {
    const values: readonly unknown[] = Array.isArray(value) && value.length > 0 ? value : [value];
    return tests.some((matches) => values.some(matches));
  };
}

function parseAlternative(field: string, alternative: unknown): Test {
  if (isScalar(alternative)) return (value) => value === alternative;
  if (!isRecord(alternative)) throw unknownOperator(field, alternative);
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(alternative);
  const parse = others.length === 0 ? OPERATORS[operator] : undefined;
  const test = parse?.(operand, field);
  if (test === undefined) throw unknownOperator(field, alternative);
  return test;
}

/** Each gives undefined for an operand that it doesn't know. */
const OPERATORS: Readonly<Record<string, (operand: unknown, field: string) => Test | undefined>> = {
  prefix: (operand) => onText(operand, (value, prefix) => value.startsWith(prefix)),
  suffix: (operand) => onText(operand, (value, suffix) => value.endsWith(suffix)),
  'equals-ignore-case': (operand) =>
    onText(operand, (value, expected) => value.toLowerCase() === expected.toLowerCase()),
  exists: (operand) =>
    typeof operand === 'boolean' ? (value) => (value !== undefined && !isRecord(value)) === operand : undefined,
  'anything-but': (operand, field) => {
    const refused = Array.isArray(operand) ? operand : [operand];
    const tests = refused.map((value) => parseAlternative(field, value));
    return (value) => value !== undefined && !tests.some((matches) => matches(value));
  },
  numeric: (operand) => parseNumeric(operand),
};

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function parseNumeric(operand: unknown): Test | undefined {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) return undefined;
  const parts = operand as readonly unknown[];
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const compare = COMPARISONS[String(parts[index])];
    const bound = parts[index + 1];
    if (compare === undefined || typeof bound !== 'number') return undefined;
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function onText(operand: unknown, matches: (value: string, operand: string) => boolean): Test | undefined {
  if (typeof operand !== 'string') return undefined;
  return (value) => typeof value === 'string' && matches(value, operand);
}

function unknownOperator(field: string, alternative: unknown): LocalError {
  return new LocalError(
    `The event pattern of field '${field}' has ${JSON.stringify(alternative)}, which local/lambda/event-pattern.ts doesn't know.`,
  );
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
