import * as z from 'zod';
import type { Session } from '../operations';
import type { Wait } from '../tasks';

/** What a tool returns: the text is for a model, the structure for a program. */
export interface ToolAnswer {
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
}

/** What can be waited for in a task, if the client takes tasks. */
interface ToolWait {
  readonly wait: Wait;
  /** Said while it lasts. */
  readonly text: string;
}

interface Hints {
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
}

export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** What it is for, when not to use it, what comes back, and what to do next. */
  readonly description: string;
  readonly input: Input;
  readonly output: z.ZodObject;
  readonly hints: Hints;
  readonly run: (session: Session, input: z.output<Input>, takesTasks: boolean) => Promise<ToolAnswer | ToolWait>;
}

export const READS: Hints = { readOnlyHint: true };
/** A repeat of the same call changes nothing. */
export const REPEATABLE: Hints = { destructiveHint: false, idempotentHint: true };
export const CHANGES: Hints = { destructiveHint: false };

/** The input of its `run` has the type of its schema. */
export const tool = <Input extends z.ZodObject>(definition: Tool<Input>): Tool => definition;

/** An object as JSON Schema, as small as it gets: every client reads it into the context of its model. */
function jsonSchemaOf(schema: z.ZodObject): Record<string, unknown> & { type: 'object' } {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', override: withoutDefaults });
  return { ...rest, type: 'object' };
}

/** What zod says of every whole number and object. What is unknown is refused when the tool is called. */
function withoutDefaults({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  delete jsonSchema.additionalProperties;
}

export const listed = ({ name, description, input, output, hints }: Tool) => ({
  name,
  description,
  inputSchema: jsonSchemaOf(input),
  outputSchema: jsonSchemaOf(output),
  annotations: { ...hints, openWorldHint: false },
});
