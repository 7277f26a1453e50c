/**
 * Cold starts: size of each bundle, and the time and CPU time that a fresh process takes to import it, which is what
 * Lambda does when it starts a function. Beside them a function with the SDK's document client alone, bundled in the
 * same way.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { bundle } from '../../infra/bundle-functions';
import { functionNames } from '../../infra/functions';
import { synthesize } from '../../infra/synthesize';
import { readStackModel } from '../../laptop/template/stack-model';
import { LOCAL_REGION } from '../../laptop/template/template';
import { median, round, type Spread, spreadOf } from '../statistics';

export const SDK_ALONE = 'SDK client alone';

export interface ColdStart {
  readonly name: string;
  readonly bundleKib: number;
  readonly gzippedKib: number;
  readonly importMs: Spread;
  readonly cpuMs: Spread;
  /** Median of the CPU time by that of the SDK client alone, run by run. */
  readonly cpuRatio: number;
  readonly importRatio: number;
}

interface Import {
  readonly ms: number;
  readonly cpuMs: number;
}

const run = promisify(execFile);

/** Prints what the import of the file given as argument took. */
const IMPORT = `
const cpu = process.cpuUsage(), at = performance.now();
await import(process.argv[1]);
const ms = performance.now() - at, { user, system } = process.cpuUsage(cpu);
process.stdout.write(JSON.stringify({ ms, cpuMs: (user + system) / 1000 }));
process.exit();
`;

/** What Lambda sets for every function. */
const ENVIRONMENT = { AWS_REGION: LOCAL_REGION, AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };

interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

export async function measureColdStarts(quick: boolean): Promise<ColdStart[]> {
  const directory = mkdtempSync(path.join(tmpdir(), 'muster-bench-'));
  try {
    const deployed = await deployedBundles(path.join(directory, 'assembly'));
    const bundles = [await bundleOfTheSdk(directory, deployed[0]?.environment['NODE_OPTIONS'] ?? ''), ...deployed];
    const imports = new Map<string, Import[]>(bundles.map(({ name }) => [name, []]));
    // By turns, so that other work of the machine meets all alike; the first turn warms the file cache.
    for (let turn = 0; turn <= (quick ? 1 : 15); turn++) {
      for (const bundle of bundles) {
        const taken = await importOnce(bundle);
        if (turn > 0) imports.get(bundle.name)?.push(taken);
      }
    }
    const alone = imports.get(SDK_ALONE) ?? [];
    return bundles.map(({ name, file }) => {
      const taken = imports.get(name) ?? [];
      const ratio = (valueOf: (one: Import) => number): number =>
        round(median(taken.map((one, turn) => valueOf(one) / valueOf(alone[turn] ?? one))));
      return {
        name,
        bundleKib: Math.round(statSync(file).size / 1_024),
        gzippedKib: Math.round(gzipSync(readFileSync(file)).length / 1_024),
        importMs: spreadOf(
          taken.map(({ ms }) => ms),
          0,
        ),
        cpuMs: spreadOf(
          taken.map(({ cpuMs }) => cpuMs),
          0,
        ),
        cpuRatio: ratio(({ cpuMs }) => cpuMs),
        importRatio: ratio(({ ms }) => ms),
      };
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** With the options of Node that the functions have: reading source maps takes time too. */
async function bundleOfTheSdk(directory: string, nodeOptions: string): Promise<Bundle> {
  await bundle([{ in: 'bench/sdk-alone.ts', out: 'sdk-alone' }], directory);
  return { name: SDK_ALONE, file: path.join(directory, 'sdk-alone.mjs'), environment: { NODE_OPTIONS: nodeOptions } };
}

/** The functions as they are deployed, each with the environment that the template gives it. */
async function deployedBundles(assemblyDirectory: string): Promise<Bundle[]> {
  const { functions } = readStackModel(await synthesize({ outdir: assemblyDirectory }));
  return functionNames.map((name) => {
    const deployed = functions.find((candidate) => candidate.name.endsWith(name));
    if (!deployed) throw new Error(`The template has no function '${name}'.`);
    return { name, file: deployed.moduleFile, environment: deployed.environment };
  });
}

async function importOnce({ file, environment }: Bundle): Promise<Import> {
  const { stdout } = await run(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', IMPORT, pathToFileURL(file).href],
    { env: { PATH: process.env['PATH'], ...ENVIRONMENT, ...environment } },
  );
  return JSON.parse(stdout) as Import;
}
