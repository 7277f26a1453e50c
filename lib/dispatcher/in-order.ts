/**
 * Runs work for different keys in parallel, and work for one key sequentially, in the order of the calls. A failure
 * does not stop later work: the stream redelivers both, and both may be repeated.
 */
export function inOrderPerKey(): (key: string, work: () => Promise<void>) => Promise<void> {
  const tails = new Map<string, Promise<void>>();
  return (key, work) => {
    const run = (tails.get(key) ?? Promise.resolve()).catch(() => undefined).then(work);
    tails.set(key, run);
    return run;
  };
}

/** The same, but what is asked for again before it has begun is done once for both. */
export function sharedPerKey(): (key: string, work: () => Promise<void>) => Promise<void> {
  const inOrder = inOrderPerKey();
  const waiting = new Map<string, Promise<void>>();
  return (key, work) => {
    const shared = waiting.get(key);
    if (shared) return shared;
    const run = inOrder(key, () => {
      waiting.delete(key);
      return work();
    });
    waiting.set(key, run);
    return run;
  };
}
