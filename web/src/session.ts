/** Who is signed in: a token in the storage of this tab, and the client that uses it. */
import { ApiError, AuthenticationError, type Me, Muster } from '@muster/client';
import { signal } from '@preact/signals';
import { watchedFetch } from './live/connection';

export interface Session {
  readonly me: Me;
  readonly muster: Muster;
}

const STORAGE_KEY = 'muster-token';

/** undefined while a kept token is checked. */
export const session = signal<Session | null | undefined>(undefined);

/** Why nobody is signed in, if that isn't plain. */
export const signInError = signal<string | null>(null);

export const isAdmin = ({ me }: Session): boolean => me.role === 'admin';

/** Takes the token from the link of a demo (`#token=…`), which no server sees, or from this tab. */
export async function resumeSession(): Promise<void> {
  const linked = new URLSearchParams(location.hash.slice(1)).get('token');
  if (linked !== null) history.replaceState(null, '', location.pathname + location.search);
  const token = linked ?? sessionStorage.getItem(STORAGE_KEY);
  if (token === null) session.value = null;
  else await signIn(token);
}

export async function signIn(token: string): Promise<void> {
  signInError.value = null;
  try {
    const muster = new Muster({ url: location.origin, token: token.trim(), fetch: watchedFetch });
    const me = await muster.whoAmI({ maxRetries: 1 });
    sessionStorage.setItem(STORAGE_KEY, token.trim());
    session.value = { me, muster };
  } catch (error) {
    signOut(
      error instanceof AuthenticationError
        ? 'Muster does not know this token, or it was revoked. Ask an admin for another.'
        : messageOf(error),
    );
  }
}

export function signOut(reason: string | null = null): void {
  sessionStorage.removeItem(STORAGE_KEY);
  session.value = null;
  signInError.value = reason;
}

/** What the service says of it, for a person; the request that it was is on the page. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}
