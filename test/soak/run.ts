/**
 * `npm run soak`: mixed load with faults on a laptop stack of its own, for ten minutes. Afterwards nothing may be lost
 * or doubled, memory flat and no handle left open. The same seed draws the same scenes and faults, but not the same
 * races.
 */
import { Command, InvalidArgumentError } from 'commander';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runToEnd } from '../support/run-to-end';
import { renderSummary } from './report';
import { Soak } from './soak';

/** Below the checkout: summary and logs of the last run. */
const DIRECTORY = path.resolve('.muster-soak');

const numberFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < least) throw new InvalidArgumentError(`It must be a number from ${least}.`);
    return value;
  };

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly players: number;
  readonly kills: number;
  readonly directory: string;
}

const { minutes, seed, players, kills, directory } = new Command('soak')
  .option('--minutes <number>', 'how long load and faults last', numberFrom(0.1), 10)
  .option('--seed <number>', 'of the scenes and faults', numberFrom(0), Date.now() % 1_000_000)
  .option('--players <number>', 'scenes at once', numberFrom(1), 5)
  .option('--kills <number>', 'how often the whole stack is killed', numberFrom(0), 2)
  .option('--directory <path>', 'where summary and logs are put', DIRECTORY)
  .parse()
  .opts<Options>();

const started = Date.now();
const say = (line: string): void => {
  process.stdout.write(`${String(Math.round((Date.now() - started) / 1_000)).padStart(4)} s  ${line}\n`);
};

mkdirSync(directory, { recursive: true });
// What the run before has left; the directory may be one that holds other things too.
for (const name of readdirSync(directory)) {
  if (/^(summary\.json|functions\.log|muster-\d+\.log)$/.test(name)) rmSync(path.join(directory, name));
}

await runToEnd(async (atEnd) => {
  const soak = new Soak({ minutes, seed, players, kills, logDirectory: directory, say });
  atEnd(() => soak.stop());
  const summary = await soak.run();
  writeFileSync(path.join(directory, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  process.stdout.write(renderSummary(summary));
  const broken = summary.verdicts.filter(({ holds }) => holds === false);
  say(
    broken.length === 0 ? 'all checks hold' : `${broken.length} checks are broken; --seed ${seed} draws the same again`,
  );
  say(`summary and logs are in ${directory}`);
  return broken.length === 0 ? 0 : 1;
});
