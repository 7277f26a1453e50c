const FIRST_MS = 50;
const GROWTH = 1.3;
const LONGEST_MS = 400;

/**
 * Milliseconds to the next look of a long poll: 50 at first, since most waits are short or long, then 1.3 times the one
 * before, up to 400. A wait of 20 s takes about 55 looks.
 */
export const nextPollMs = (beforeMs = FIRST_MS / GROWTH): number => Math.min(beforeMs * GROWTH, LONGEST_MS);
