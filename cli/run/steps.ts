/** Steps of a tracker, read from the lines that a command prints. */

/** `3/10` and `[3 of 10]`, but no date, path or version; or `step 3`. */
export const DEFAULT_STEP_PATTERN =
  '(?<![\\w./:-])(\\d+)\\s*(?:/|of)\\s*\\d+(?![\\w/:-]|\\.\\d)|\\bstep\\s*#?(\\d+)(?![\\w.]*\\d)';

/**
 * Returns the steps that are news: those that are higher than any before. A second phase that counts from 1 again, or
 * a count beyond the total, isn't progress of this tracker.
 *
 * @param from the step that has been reached before
 */
export function stepReader(pattern: RegExp, totalSteps: number, from = 0): (line: string) => number | undefined {
  let highest = from;
  return (line) => {
    const match = pattern.exec(line);
    if (!match) return undefined;
    // Of several groups, the one that took part; without any, all that matched.
    const groups: readonly (string | undefined)[] = match.slice(1);
    const found = groups.length > 0 ? groups.find((group) => group !== undefined) : match[0];
    const step = Number(found);
    if (found === undefined || !Number.isSafeInteger(step) || step <= highest || step > totalSteps) return undefined;
    highest = step;
    return step;
  };
}
