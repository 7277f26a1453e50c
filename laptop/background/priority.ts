/**
 * Gives requests priority if there are too few cores: client, store and two threads need more than two.
 *
 * Linux has a priority per thread. Elsewhere it applies to the whole process, so it is left unchanged.
 */
import os from 'node:os';

/** About a quarter of the share of a competing thread on the same core; all of an otherwise idle core. */
const NICER_BY = 5;
const NICEST = 19;

export function lowerPriorityOfThread(): void {
  if (process.platform !== 'linux') return;
  try {
    os.setPriority(Math.min(NICEST, os.getPriority() + NICER_BY));
  } catch {
    // Some sandboxes forbid it. The threads then share evenly, which only affects speed.
  }
}
