/**
 * `npm run bench`: measures everything, writes `bench/results.json`, and renders it into `docs/performance.md` and its
 * plots. With `--quick` a small version of each part, which writes nothing and takes about a minute on an idle machine.
 */
import { Command, InvalidArgumentError } from 'commander';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describeMachine, measuredCommit } from './machine';
import { measureAlternatives } from './parts/alternatives';
import { measureArrivals } from './parts/arrivals';
import { measureColdStarts } from './parts/cold-start';
import { measureConsole } from './parts/console';
import { measureHerds } from './parts/herd';
import { measureInbox } from './parts/inbox';
import { measureLongPolls } from './parts/long-poll';
import { measureMcp } from './parts/mcp';
import { measurePresence } from './parts/presence';
import { measureServers } from './parts/servers';
import { measureStoreGrowth } from './parts/store-growth';
import { measureUnits } from './parts/units';
import { renderDocument, renderTables } from './render';
import type { Figures, Part, Results } from './results';
import { round } from './statistics';

const PARTS: { readonly [Name in Part]: (quick: boolean) => Promise<Figures[Name]> } = {
  coldStart: measureColdStarts,
  arrivals: measureArrivals,
  alternatives: measureAlternatives,
  longPoll: measureLongPolls,
  inbox: measureInbox,
  presence: measurePresence,
  mcp: measureMcp,
  servers: measureServers,
  storeGrowth: measureStoreGrowth,
  units: measureUnits,
  console: measureConsole,
  herd: measureHerds,
};
const partNames = Object.keys(PARTS) as Part[];

const RESULTS_FILE = fileURLToPath(new URL('results.json', import.meta.url));

function partsOf(list: string): Part[] {
  return list.split(',').map((name) => {
    const part = partNames.find((known) => known === name);
    if (part === undefined) throw new InvalidArgumentError(`'${name}' is none of: ${partNames.join(', ')}.`);
    return part;
  });
}

async function measure<Name extends Part>(name: Name, quick: boolean): Promise<Results[Name]> {
  const loadAverage = round(loadavg()[0] ?? 0, 1);
  process.stderr.write(`${name} …`);
  const startedAt = performance.now();
  const figures = await PARTS[name](quick);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.stderr.write(` ${seconds} s\n`);
  const circumstances = {
    measuredAt: new Date().toISOString(),
    commit: measuredCommit(),
    machine: describeMachine(),
    loadAverage,
    seconds,
  };
  return { circumstances, figures } as Results[Name];
}

const { quick, only, render } = new Command('bench')
  .option('--quick', 'a small version of each part; prints and writes nothing', false)
  .option('--only <parts>', `comma-separated, of: ${partNames.join(', ')}`, partsOf, partNames)
  .option('--render', 'only render the results that are there', false)
  .parse()
  .opts<{ quick: boolean; only: Part[]; render: boolean }>();

const earlier = (): Results => JSON.parse(readFileSync(RESULTS_FILE, 'utf8')) as Results;

if (render) {
  await renderDocument(earlier());
} else if (quick) {
  const results: Record<string, unknown> = {};
  for (const name of only) results[name] = await measure(name, true);
  for (const [title, table] of Object.entries(renderTables(results))) process.stdout.write(`\n${title}\n\n${table}\n`);
} else {
  for (const name of only) {
    const measured = await measure(name, false);
    // After each part, so that an interrupted run leaves what it had.
    writeFileSync(RESULTS_FILE, `${JSON.stringify({ ...readEarlier(), [name]: measured }, null, 2)}\n`);
  }
  await renderDocument(earlier());
}

function readEarlier(): Results {
  try {
    return earlier();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
