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

/** A token is kept that could not be checked yet: trying again may help. */
export const isTokenKept = signal(false);

/** With the token from the link (`#token=…`), or from this tab. */
export async function resumeSession(): Promise<void> {
  keepLinkedToken();
  const token = sessionStorage.getItem(STORAGE_KEY);
  if (token === null) session.value = null;
  else await signIn(token);
}

/** A link may also be pasted into a tab where the page is open: then only the part behind the `#` changes. */
export function followLinks(): void {
  addEventListener('hashchange', () => {
    if (keepLinkedToken()) void resumeSession();
  });
}

/** Takes it out of the address. No server sees what is behind the `#`. */
function keepLinkedToken(): boolean {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return false;
  history.replaceState(null, '', location.pathname + location.search);
  sessionStorage.setItem(STORAGE_KEY, token);
  return true;
}

export async function signIn(token: string): Promise<void> {
  signInError.value = null;
  try {
    const muster = new Muster({ url: location.origin, token: token.trim(), fetch: watchedFetch });
    const me = await muster.whoAmI({ maxRetries: 1 });
    sessionStorage.setItem(STORAGE_KEY, token.trim());
    session.value = { me, muster };
  } catch (error) {
    if (error instanceof AuthenticationError) {
      signOut('Muster does not know this token, or it was revoked. Ask an admin for another.');
      return;
    }
    session.value = null;
    signInError.value = messageOf(error);
    isTokenKept.value = sessionStorage.getItem(STORAGE_KEY) !== null;
  }
}

export function signOut(reason: string | null = null): void {
  sessionStorage.removeItem(STORAGE_KEY);
  session.value = null;
  signInError.value = reason;
  isTokenKept.value = false;
}

/** What the service says of it, for a person; the request that it was is on the page. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}
