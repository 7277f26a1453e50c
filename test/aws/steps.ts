/** The steps of a run, each told with how long it took. */
import { VerifyError } from './verify-error';

const started = Date.now();
const seconds = (sinceMs: number): string => `${((Date.now() - sinceMs) / 1_000).toFixed(0)} s`;

export const say = (text: string): void => {
  process.stdout.write(`verify:aws: ${text}\n`);
};

export async function step<Result>(name: string, work: () => Promise<Result> | Result): Promise<Result> {
  say(`${name}…`);
  const sinceMs = Date.now();
  const result = await work();
  say(`${name}: done in ${seconds(sinceMs)}`);
  return result;
}

export const sayAllDone = (): void => {
  say(`all done in ${seconds(started)}`);
};

export function sayFailure(thrown: unknown): void {
  if (!(thrown instanceof VerifyError)) throw thrown;
  if (thrown.printed !== '') process.stderr.write(`${thrown.printed}\n`);
  process.stderr.write(`error: ${thrown.message}\n`);
}
