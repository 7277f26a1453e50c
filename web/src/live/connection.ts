/** Whether Muster answers, how its clock differs from this one, and how many requests the page has sent. */
import { computed, signal } from '@preact/signals';

/** Muster gave no answer, or one that says that it can't. */
const isLost = signal(false);

/** What is read in rounds and has failed time and again, for whatever reason. */
const failing = signal<ReadonlySet<object>>(new Set());

export const connection = computed<'live' | 'lost'>(() => (isLost.value || failing.value.size > 0 ? 'lost' : 'live'));

export function noteLost(): void {
  isLost.value = true;
}

/** @param reader whatever tells it from others */
export function noteFailing(reader: object, isFailing: boolean): void {
  if (failing.value.has(reader) === isFailing) return;
  const others = [...failing.value].filter((other) => other !== reader);
  failing.value = new Set(isFailing ? [...others, reader] : others);
}

/** Milliseconds to add to the clock of this machine. */
let clockOffsetMs = 0;

/** Below this, the difference is that of the whole seconds in which a server tells the time. */
const WORTH_CORRECTING_MS = 2_000;

/** Now, by the clock of Muster. */
export const serverNow = (): number => Date.now() + clockOffsetMs;

/**
 * The `fetch` of the client: what every answer tells about the connection is noted on the way. Whoever asked notes that
 * there was none, as only they know whether the page itself gave up.
 */
export const watchedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  isLost.value = response.status >= 500;
  noteClock(response.headers.get('date'));
  return response;
};

function noteClock(date: string | null): void {
  if (date === null) return;
  const offsetMs = Date.parse(date) + 500 - Date.now();
  clockOffsetMs = Math.abs(offsetMs) > WORTH_CORRECTING_MS ? offsetMs : 0;
}
