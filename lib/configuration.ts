/**
 * Configuration comes from environment variables, read once when a function starts, so that a missing one fails the
 * start and names itself instead of failing a request.
 */
export function requiredSetting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing.`);
  return value;
}

export function requiredDays(name: string): number {
  const value = Number(requiredSetting(name));
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(
      `The environment variable ${name} is "${process.env[name] ?? ''}"; a whole number of days is needed.`,
    );
  }
  return value;
}
