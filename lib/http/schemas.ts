import * as z from 'zod';
import {
  DEFAULT_LIST_LIMIT,
  ID_PATTERN,
  MAX_CURSOR_LENGTH,
  MAX_DATA_BYTES,
  MAX_DESCRIPTION_LENGTH,
  MAX_IDEMPOTENCY_KEY_LENGTH,
  MAX_LIST_LIMIT,
  MAX_METADATA_BYTES,
  MAX_NAME_LENGTH,
  MAX_PARTICIPANTS,
  MAX_REASON_LENGTH,
  MAX_WAIT_SECONDS,
} from '../common/limits';

/** Schemas of requests that several routes share. Their metadata goes into the OpenAPI document. */

/** A lone surrogate cannot be stored as UTF-8; it would be returned as a different text. */
const text = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

/** Ids that match the pattern but are refused. */
const REFUSED_IDS = ['__proto__', '.', '..'];

export const idSchema = z
  .string()
  .regex(ID_PATTERN, 'must be 1 to 64 characters from A-Z a-z 0-9 . _ : -')
  // As a key of a JSON object, it would set the prototype of the object here and in many clients.
  .refine((id) => id !== '__proto__', 'must not be __proto__')
  // In a path, these mean the current and the parent folder, so such an id could not be reached.
  .refine((id) => id !== '.' && id !== '..', 'must not be . or ..')
  .meta({ not: { enum: REFUSED_IDS }, example: 'agent-7' });

export const nameSchema = text(MAX_NAME_LENGTH)
  .refine((value) => value.trim().length > 0, 'must not be blank')
  .meta({ minLength: 1, example: 'Nightly build' });
export const descriptionSchema = text(MAX_DESCRIPTION_LENGTH);
export const reasonSchema = text(MAX_REASON_LENGTH);

/** Size of a value in requests and in the table: UTF-8 JSON. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

export const metadataSchema = z
  .record(z.string(), z.unknown())
  .refine((value) => jsonBytes(value) <= MAX_METADATA_BYTES, {
    error: (issue) => `has ${jsonBytes(issue.input)} bytes as JSON; at most ${MAX_METADATA_BYTES} are allowed`,
  })
  .meta({
    description: `Any JSON object of up to ${MAX_METADATA_BYTES} bytes. Its numbers are doubles: send integers beyond 2^53 as text.`,
    type: 'object',
  });

/** undefined means no data; null, false, 0 and '' are data. */
export const dataOfUpTo = (bytes: number) =>
  z
    .unknown()
    .optional()
    .refine((value) => value === undefined || jsonBytes(value) <= bytes, {
      error: (issue) => `has ${jsonBytes(issue.input)} bytes as JSON; at most ${bytes} are allowed`,
    });

export const dataSchema = dataOfUpTo(MAX_DATA_BYTES);

export const participantsSchema = (minimum: number, tooFew?: string) =>
  distinctIds('participants', minimum, MAX_PARTICIPANTS, tooFew);

/** No agent can have it, so nobody could arrive or read. */
const RESERVED_ID = 'system';

export const distinctIds = (noun: string, minimum: number, maximum: number, tooFew?: string) =>
  z
    .array(idSchema)
    .min(minimum, tooFew)
    .max(maximum)
    .superRefine((participants, context) => {
      const firstAt = new Map<string, number>();
      participants.forEach((participant, index) => {
        if (participant === RESERVED_ID) {
          const message = `must not be "${RESERVED_ID}", which is the service itself`;
          context.addIssue({ code: 'custom', path: [index], message });
        }
        const first = firstAt.get(participant);
        if (first === undefined) firstAt.set(participant, index);
        else
          context.addIssue({
            code: 'custom',
            path: [index],
            message: `is already listed at index ${first}; ${noun} must be unique`,
          });
      });
    });

const TIME = z.iso.datetime({ offset: true });

/**
 * A time as RFC 3339 has it, also in lower case and with a leap second, as ISO 8601 in UTC with milliseconds; null for
 * anything else. Without a time zone it would be a guess. A leap second is the second after it, as clocks show it.
 */
export function canonicalTime(text: string): string | null {
  const upper = text.toUpperCase();
  const withoutLeap = upper.replace(/(T\d\d:59):60(?=\.|Z|[+-])/, '$1:59');
  if (!TIME.safeParse(withoutLeap).success) return null;
  const isLeap = withoutLeap !== upper;
  const epochMs = Date.parse(withoutLeap) + (isLeap ? 1_000 : 0);
  // Only the last minute of a day in UTC can have one.
  if (isLeap && Math.floor(epochMs / 1_000) % 86_400 !== 0) return null;
  return new Date(epochMs).toISOString();
}

export const timeInput = z
  .string()
  .transform((text, context) => {
    const time = canonicalTime(text);
    if (time !== null) return time;
    const message = 'must be a date and time with a time zone (RFC 3339), like 2026-03-01T12:00:00Z';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({ type: 'string', format: 'date-time', example: '2026-03-01T12:00:00.000Z' });

export const pathId = (description: string) =>
  z.strictObject({ id: idSchema.meta({ param: { name: 'id', in: 'path' }, description }) });

/** A number in a query. `Number` would also accept `0x10`, ` 1` and the empty text; the OpenAPI document does not. */
const numberText = z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, 'must be a number');

export const waitSchema = numberText
  .transform(Number)
  .pipe(z.number().min(0).max(MAX_WAIT_SECONDS))
  .optional()
  .meta({
    description: `Long poll: maximum seconds to wait (0 to ${MAX_WAIT_SECONDS}).`,
    type: 'number',
    minimum: 0,
    maximum: MAX_WAIT_SECONDS,
    example: 20,
  });

/**
 * A query parameter that may be given several times, as a list of the values allowed. Without a repetition, its value
 * is a text (see `queryOf`); the error then points to the parameter, otherwise to the value.
 */
export const repeatable = <const Value extends string>(allowed: readonly Value[], description: string) =>
  z
    .unknown()
    .transform((given, context): Value[] => {
      const values = [given].flat();
      for (const [index, value] of values.entries()) {
        if (allowed.some((one) => one === value)) continue;
        const message = `must be one of ${allowed.join(', ')}`;
        context.addIssue({ code: 'custom', message, path: Array.isArray(given) ? [index] : [] });
      }
      return values as Value[];
    })
    .optional()
    .meta({
      description: `${description} May be repeated; then one of the values has to match.`,
      type: 'array',
      items: { type: 'string', enum: [...allowed] },
      param: { style: 'form', explode: true },
    });

export const listQuery = {
  limit: numberText
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_LIST_LIMIT))
    .optional()
    .meta({
      description: `Maximum number of items to return. Default ${DEFAULT_LIST_LIMIT}. A page may hold fewer, even none, and not be the last: go on while \`nextCursor\` isn't null.`,
      type: 'integer',
      minimum: 1,
      maximum: MAX_LIST_LIMIT,
    }),
  cursor: z.string().max(MAX_CURSOR_LENGTH).optional().meta({ description: '`nextCursor` of the previous page.' }),
};

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters')
    .max(MAX_IDEMPOTENCY_KEY_LENGTH)
    .optional()
    .meta({
      description:
        'Makes the request safe to repeat: a repeat with the same body creates nothing more; another body is an error.',
    }),
});

export const endBody = z
  .strictObject({ reason: reasonSchema.optional().meta({ description: 'Everyone related can read it.' }) })
  .meta({ id: 'End' });
