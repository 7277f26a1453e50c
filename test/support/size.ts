/** Whether this is a complete run (`npm run test:all` and the scripts for one kind), or the one that everyone runs. */
export const isCompleteRun = process.env['MUSTER_TESTS'] === 'all';

/** A size with `npm test`, and in a complete run. */
export const sized = <Size>({ quick, complete }: { quick: Size; complete: Size }): Size =>
  isCompleteRun ? complete : quick;

/**
 * How often a drawn or repeated test is done: `quick` times with `npm test`, `complete` times otherwise. The variable,
 * where it is set, decides instead.
 */
export function repetitions(variable: string, { quick, complete }: { quick: number; complete: number }): number {
  const asked = process.env[variable];
  if (asked === undefined || asked === '') return sized({ quick, complete });
  const times = Number(asked);
  if (!Number.isSafeInteger(times) || times < 1) {
    throw new Error(`${variable} is '${asked}'; allowed: a whole number from 1.`);
  }
  return times;
}
