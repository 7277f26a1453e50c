/** The stack behind the console, and agents that do what the tests watch. */
import { randomBytes } from 'node:crypto';
import { Muster } from '@muster/client';

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set.`);
  return value.replace(/\/$/, '');
}

export const adminToken = (): string => variable('MUSTER_ADMIN_TOKEN');

/** Where a browser finds the console; another than the API's only where the API is found by its path. */
export const consoleUrl = (): string => process.env['MUSTER_CONSOLE_URL'] ?? variable('MUSTER_URL');

/** The same request where Node finds the API: a name that ends in `.localhost` is known to browsers alone. */
export function atTheApi(url: string): string {
  const { pathname, search } = new URL(url);
  return `${variable('MUSTER_URL')}${pathname}${search}`;
}

export const as = (token: string): Muster => new Muster({ url: variable('MUSTER_URL'), token });

export const admin = (): Muster => as(adminToken());

/** `builder-3f9a`: the stack may have been used before. */
export const newId = (what: string): string => `${what}-${randomBytes(4).toString('hex')}`;

export interface NewAgent {
  readonly id: string;
  readonly token: string;
  readonly muster: Muster;
}

export async function newAgents(...names: string[]): Promise<NewAgent[]> {
  return Promise.all(
    names.map(async (name) => {
      const id = newId(name);
      const { token } = await admin().agents.register({ id, name });
      return { id, token, muster: as(token) };
    }),
  );
}
