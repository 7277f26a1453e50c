import type * as z from 'zod';
import { MusterError, type Violation } from '../common/errors';
import { withoutGeneratedTokens } from './bearer-token';
import { wordingOf } from './wording';

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** Long enough to recognise the value, short enough for a log line. */
const LONGEST_PREVIEW = 60;
/** A body can have ten thousand errors; the first few show the kind of mistake. */
const MOST_VIOLATIONS = 20;

/** @throws MusterError `request.invalid` */
export function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { error: wordingOf });
  if (!result.success) throw asInvalidRequest(result.error.issues, value);
  return result.data;
}

/**
 * Converts schema issues to an error with a pointer and a sentence per invalid place, which includes the value
 * received.
 */
export function asInvalidRequest(issues: readonly Issue[], input: unknown): MusterError {
  const violations = issues.flatMap((issue) => violationsOf(issue, input));
  const shown = violations.slice(0, MOST_VIOLATIONS);
  const [first] = shown;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  return new MusterError(
    'request.invalid',
    first ? `${first.pointer} ${first.detail}${more}` : 'The request is invalid.',
    {
      violations: shown,
    },
  );
}

function violationsOf({ code, keys = [], path, message }: Issue, input: unknown): Violation[] {
  if (code === 'unrecognized_keys') {
    return keys.map((key) => ({ pointer: pointerTo([...path, key]), detail: message }));
  }
  const value = valueAt(input, path);
  const isShown = value !== undefined && !path.some((part) => SECRET.test(String(part)));
  return [{ pointer: pointerTo(path), detail: message + (isShown ? `; received ${preview(value)}` : '') }];
}

/** Names of fields and headers whose values are not shown. */
const SECRET = /token|authorization|idempotency-?key|secret|password|api-?key|credential/i;

/** JSON pointer as a URI fragment, as RFC 9457 shows it; `~` and `/` are escaped by RFC 6901. */
const pointerTo = (path: readonly PropertyKey[]): string =>
  '#' + path.map((part) => `/${shortened(String(part)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );

function preview(value: unknown): string {
  // JSON has no text for an infinite one.
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value.length <= LONGEST_PREVIEW) {
    return shortened(JSON.stringify(value, (name, part: unknown) => (SECRET.test(name) ? '***' : part)));
  }
  // Counted like the limits: without quotes, and before escaping.
  const start = JSON.stringify(withoutGeneratedTokens(value).slice(0, LONGEST_PREVIEW)).slice(0, -1);
  return `${start}… (${value.length} characters)`;
}

/** A property name can be as long as a request. */
function shortened(text: string): string {
  const shown = withoutGeneratedTokens(text);
  return shown.length <= LONGEST_PREVIEW ? shown : `${shown.slice(0, LONGEST_PREVIEW)}… (${text.length} characters)`;
}
