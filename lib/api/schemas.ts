import * as z from 'zod';
import {
  DEFAULT_LIST_LIMIT,
  ID_PATTERN,
  MAX_DATA_BYTES,
  MAX_DESCRIPTION_LENGTH,
  MAX_IDEMPOTENCY_KEY_LENGTH,
  MAX_LIST_LIMIT,
  MAX_METADATA_BYTES,
  MAX_NAME_LENGTH,
  MAX_PARTICIPANTS,
  MAX_REASON_LENGTH,
  MAX_WAIT_SECONDS,
} from '../limits';

/** Building blocks of requests that several routes share. Metadata ends up in the OpenAPI document. */

/** A lone surrogate can't be stored as UTF-8, so it would come back as another text. */
const text = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

/** Ids that the pattern allows and nothing may have. */
const REFUSED_IDS = ['__proto__', '.', '..'];

export const idSchema = z
  .string()
  .regex(ID_PATTERN, 'must be 1 to 64 characters of A-Z a-z 0-9 . _ : -')
  // As a key of a JSON object it would set the object's prototype instead of a member, here and in many clients.
  .refine((id) => id !== '__proto__', 'must not be __proto__')
  // As part of a path they mean this and the next higher folder, so nothing of that name could be reached.
  .refine((id) => id !== '.' && id !== '..', 'must not be . or ..')
  .meta({ not: { enum: REFUSED_IDS }, example: 'agent-7' });

export const nameSchema = text(MAX_NAME_LENGTH)
  .refine((value) => value.trim().length > 0, 'must not be blank')
  .meta({ minLength: 1, example: 'Nightly build' });
export const descriptionSchema = text(MAX_DESCRIPTION_LENGTH);
export const reasonSchema = text(MAX_REASON_LENGTH);

/** Size of a value as it travels and is stored: UTF-8 JSON. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

export const metadataSchema = z
  .record(z.string(), z.unknown())
  .refine((value) => jsonBytes(value) <= MAX_METADATA_BYTES, {
    error: (issue) => `is ${jsonBytes(issue.input)} bytes as JSON, at most ${MAX_METADATA_BYTES} are allowed`,
  })
  .meta({ description: `Any JSON object of up to ${MAX_METADATA_BYTES} bytes.`, type: 'object' });

/** Absent is no data; null, false, 0 and '' are data. */
export const dataSchema = z
  .unknown()
  .optional()
  .refine((value) => value === undefined || jsonBytes(value) <= MAX_DATA_BYTES, {
    error: (issue) => `is ${jsonBytes(issue.input)} bytes as JSON, at most ${MAX_DATA_BYTES} are allowed`,
  });

export const participantsSchema = (minimum: number) => distinctIds(minimum, MAX_PARTICIPANTS);

export const distinctIds = (minimum: number, maximum: number) =>
  z
    .array(idSchema)
    .min(minimum)
    .max(maximum)
    .superRefine((participants, context) => {
      const firstAt = new Map<string, number>();
      participants.forEach((participant, index) => {
        const first = firstAt.get(participant);
        if (first === undefined) firstAt.set(participant, index);
        else
          context.addIssue({
            code: 'custom',
            path: [index],
            message: `"${participant}" stands at position ${first} already; each may stand there once`,
          });
      });
    });

export const pathId = (description: string) =>
  z.strictObject({ id: idSchema.meta({ param: { name: 'id', in: 'path' }, description }) });

/** A query is text. JavaScript would take `0x10`, ` 1` and no text at all for numbers too; the document does not. */
const numberText = z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, 'must be a number');

export const waitSchema = numberText
  .transform(Number)
  .pipe(z.number().min(0).max(MAX_WAIT_SECONDS))
  .optional()
  .meta({
    description: `Long poll: answer when it ends or after this many seconds (0 to ${MAX_WAIT_SECONDS}).`,
    type: 'number',
    minimum: 0,
    maximum: MAX_WAIT_SECONDS,
    example: 20,
  });

export const listQuery = {
  limit: numberText
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_LIST_LIMIT))
    .optional()
    .meta({
      description: `Most items to answer; ${DEFAULT_LIST_LIMIT} unless told.`,
      type: 'integer',
      minimum: 1,
      maximum: MAX_LIST_LIMIT,
    }),
  cursor: z.string().max(2_048).optional().meta({ description: '`nextCursor` of the page before.' }),
};

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters')
    .max(MAX_IDEMPOTENCY_KEY_LENGTH)
    .optional()
    .meta({
      description: 'The same key with the same body gives the first answer again; with another body it is refused.',
    }),
});

export const endBody = z.strictObject({ reason: reasonSchema.optional() }).meta({ id: 'End' });
