/**
 * Cold starts: size of each bundle, and the time and CPU time that a fresh process takes to import it, which is what Lambda
 * does when it starts a function. Beside them a function with the SDK's document client alone, bundled in the same way.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { bundle } from '../../infra/bundle-functions';
import { functionNames } from '../../infra/functions';
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

/** Whatever any function wants to find in its environment at the start. */
const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  TABLE_NAME: 'bench',
  EVENT_BUS_NAME: 'bench',
  DISPATCH_DLQ_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/bench',
  TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:bench',
  ENDED_RETENTION_DAYS: '90',
  EVENT_RETENTION_DAYS: '90',
  MESSAGE_RETENTION_DAYS: '30',
  REMINDER_INTERVAL_SECONDS: '3600',
  REMINDER_LIMIT: '3',
  SCHEDULE_GROUP_NAME: 'bench',
  SCHEDULE_TARGET_ARN: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
  REMINDER_TARGET_ARN: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::000000000000:role/bench',
  SCHEDULE_DLQ_ARN: 'arn:aws:sqs:us-east-1:000000000000:bench',
};

export async function measureColdStarts(quick: boolean): Promise<ColdStart[]> {
  const directory = mkdtempSync(path.join(tmpdir(), 'muster-bench-'));
  try {
    await bundle(
      [
        { in: 'bench/sdk-alone.ts', out: SDK_ALONE },
        ...functionNames.map((name) => ({ in: `functions/${name}.ts`, out: name })),
      ],
      directory,
    );
    const names = [SDK_ALONE, ...functionNames];
    const fileOf = (name: string): string => path.join(directory, `${name}.mjs`);
    const imports = new Map<string, Import[]>(names.map((name) => [name, []]));
    // By turns, so that other work of the machine meets all alike; the first turn warms the file cache.
    for (let turn = 0; turn <= (quick ? 1 : 15); turn++) {
      for (const name of names) {
        const taken = await importOnce(fileOf(name));
        if (turn > 0) imports.get(name)?.push(taken);
      }
    }
    const alone = imports.get(SDK_ALONE) ?? [];
    return names.map((name) => {
      const taken = imports.get(name) ?? [];
      const ratio = (valueOf: (one: Import) => number): number =>
        round(median(taken.map((one, turn) => valueOf(one) / valueOf(alone[turn] ?? one))));
      return {
        name,
        bundleKib: Math.round(statSync(fileOf(name)).size / 1_024),
        gzippedKib: Math.round(gzipSync(readFileSync(fileOf(name))).length / 1_024),
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

async function importOnce(file: string): Promise<Import> {
  const { stdout } = await run(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', IMPORT, pathToFileURL(file).href],
    { env: { ...process.env, NODE_OPTIONS: '', ...ENVIRONMENT } },
  );
  return JSON.parse(stdout) as Import;
}
