/**
 * Configuration comes from environment variables, read once when a function starts, so that a missing one fails the
 * start and names itself instead of failing a request.
 */
export function requiredSetting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing.`);
  return value;
}

export const requiredDays = (name: string): number => requiredWholeNumber(name, 1);

export const reminderSettings = () => ({
  intervalMs: requiredWholeNumber('REMINDER_INTERVAL_SECONDS', 1) * 1_000,
  limit: requiredWholeNumber('REMINDER_LIMIT', 0),
});

function requiredWholeNumber(name: string, minimum: number): number {
  const text = requiredSetting(name);
  const value = Number(text);
  if (!Number.isInteger(value) || value < minimum) {
    throw new Error(`The environment variable ${name} is "${text}"; a whole number from ${minimum} on is needed.`);
  }
  return value;
}
