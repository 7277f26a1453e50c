/** Milliseconds since the epoch, UTC. A parameter everywhere, so that tests control the time. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** ISO 8601, UTC, with milliseconds: the only format of times in responses, events and messages. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

export function isoTimeOrNull(epochMs: number | null | undefined): string | null {
  return epochMs === null || epochMs === undefined ? null : isoTime(epochMs);
}
