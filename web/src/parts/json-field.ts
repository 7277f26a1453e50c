/** What people type as JSON. */

/** @throws Error that says what is expected, which a dialog shows in place */
export function jsonOf(form: FormData, field: string): unknown {
  const text = textOf(form, field);
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(
      `This is not valid JSON: ${error instanceof Error ? error.message : String(error)}. Put text in double quotes.`,
    );
  }
}

/** @throws Error for JSON of another kind */
export function jsonObjectOf(form: FormData, field: string): Record<string, unknown> | undefined {
  const value = jsonOf(form, field);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('A JSON object is needed, like {"team": "release"}.');
  }
  return value as Record<string, unknown>;
}

/** Without the spaces around it; empty if nothing was typed. */
export function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value.trim() : '';
}
