/**
 * Event patterns as Lambda's event filters use them: every field named must match one of its alternatives, an exact
 * value or a prefix. Any other operator is an error when the pattern is read, never a silent mismatch.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import { LocalError } from '../local-error';

export type EventPattern = (event: unknown) => boolean;

export function parsePattern(pattern: unknown): EventPattern {
  if (!isRecord(pattern)) throw new LocalError(`An event pattern must be an object, not ${JSON.stringify(pattern)}.`);
  const fields = Object.entries(pattern).map(([name, expected]): EventPattern => {
    const matches = Array.isArray(expected) ? anyOf(name, expected) : parsePattern(expected);
    return (event) => matches(isRecord(event) ? event[name] : undefined);
  });
  return (event) => fields.every((matches) => matches(event));
}

/** A list in the event matches when one of its elements does. */
function anyOf(field: string, alternatives: readonly unknown[]): EventPattern {
  const tests = alternatives.map((alternative) => parseAlternative(field, alternative));
  return (value) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return tests.some((matches) => values.some(matches));
  };
}

function parseAlternative(field: string, alternative: unknown): EventPattern {
  if (typeof alternative !== 'object' || alternative === null) return (value) => value === alternative;
  const { prefix, ...others } = alternative as { readonly prefix?: unknown };
  if (typeof prefix === 'string' && Object.keys(others).length === 0) {
    return (value) => typeof value === 'string' && value.startsWith(prefix);
  }
  throw new LocalError(
    `The event pattern of field '${field}' has ${JSON.stringify(alternative)}, which is not supported on a laptop.`,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
