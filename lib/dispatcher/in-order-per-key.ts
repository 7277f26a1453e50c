/**
 * Runs work for different keys at once and work for one key one after the other, in the order it was asked for.
 * A failure does not stop what comes after it: the stream delivers both again, and both may be repeated.
 */
export function inOrderPerKey<Input>(
  work: (input: Input) => Promise<void>,
): (key: string, input: Input) => Promise<void> {
  const tails = new Map<string, Promise<void>>();
  return (key, input) => {
    const previous = tails.get(key) ?? Promise.resolve();
    const run = previous.catch(() => undefined).then(() => work(input));
    tails.set(key, run);
    return run;
  };
}
