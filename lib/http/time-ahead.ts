import { isoTime } from '../common/clock';
import { invalid, type MusterError } from '../common/errors';
import { MAX_DEADLINE_AHEAD_MS } from '../common/limits';

/** What is wrong with a time that must be ahead, but not too far; null: nothing. */
export function timeAheadProblem(pointer: string, atMs: number, nowMs: number): MusterError | null {
  if (atMs <= nowMs) {
    return invalid(pointer, `must be in the future; received ${isoTime(atMs)}, and it is now ${isoTime(nowMs)}`);
  }
  return atMs > nowMs + MAX_DEADLINE_AHEAD_MS
    ? invalid(pointer, `must be no more than 366 days ahead; received ${isoTime(atMs)}`)
    : null;
}
