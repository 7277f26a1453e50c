const FIRST_MS = 50;
const GROWTH = 1.3;
const LONGEST_MS = 400;

/**
 * Milliseconds until the next read of a long poll. It is 50 at first, since most waits are either short or long, then
 * 1.3 times the previous interval, up to 400. A wait of 20 s takes about 55 reads.
 */
export const nextPollMs = (beforeMs = FIRST_MS / GROWTH): number => Math.min(beforeMs * GROWTH, LONGEST_MS);
