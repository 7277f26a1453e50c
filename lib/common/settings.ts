/**
 * Configuration comes from environment variables. They are read once when a function starts, so that a missing one
 * fails the start, with its name, instead of a request.
 */
export function requiredSetting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing.`);
  return value;
}

export const retentionSettings = () => ({
  endedDays: requiredDays('ENDED_RETENTION_DAYS'),
  eventDays: requiredDays('EVENT_RETENTION_DAYS'),
  messageDays: requiredDays('MESSAGE_RETENTION_DAYS'),
});

export const requiredDays = (name: string): number => requiredWholeNumber(name, 1);

export const reminderSettings = () => ({
  intervalMs: requiredWholeNumber('REMINDER_INTERVAL_SECONDS', 1) * 1_000,
  limit: requiredWholeNumber('REMINDER_LIMIT', 0),
});

export function requiredBoolean(name: string): boolean {
  const text = requiredSetting(name);
  if (text !== 'true' && text !== 'false') {
    throw new Error(`The environment variable ${name} is "${text}"; allowed: true, false.`);
  }
  return text === 'true';
}

/** Values that are separated by commas; none if the variable is missing. */
export const optionalList = (name: string): string[] =>
  (process.env[name] ?? '').split(',').filter((value) => value !== '');

function requiredWholeNumber(name: string, minimum: number): number {
  const text = requiredSetting(name);
  const value = Number(text);
  if (!Number.isInteger(value) || value < minimum) {
    throw new Error(`The environment variable ${name} is "${text}"; allowed: a whole number of at least ${minimum}.`);
  }
  return value;
}
