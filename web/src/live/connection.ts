/** Whether Muster answers, how its clock differs from this one, and how many requests the page has sent. */
import { signal } from '@preact/signals';

export const connection = signal<'live' | 'lost'>('live');

/** Milliseconds to add to the clock of this machine. */
let clockOffsetMs = 0;

/** Below this, the difference is that of the whole seconds in which a server tells the time. */
const WORTH_CORRECTING_MS = 2_000;

/** Now, by the clock of Muster. */
export const serverNow = (): number => Date.now() + clockOffsetMs;

/** The `fetch` of the client: what every answer tells about the connection is noted on the way. */
export const watchedFetch: typeof fetch = async (input, init) => {
  try {
    const response = await fetch(input, init);
    connection.value = response.status >= 500 ? 'lost' : 'live';
    noteClock(response.headers.get('date'));
    return response;
  } catch (error) {
    // A request that the page itself gave up says nothing.
    if (!init?.signal?.aborted) connection.value = 'lost';
    throw error;
  }
};

function noteClock(date: string | null): void {
  if (date === null) return;
  const offsetMs = Date.parse(date) + 500 - Date.now();
  clockOffsetMs = Math.abs(offsetMs) > WORTH_CORRECTING_MS ? offsetMs : 0;
}
