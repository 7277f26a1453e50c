/**
 * `npm run test:mutants [-- words]`: breaks the source in one place at a time and runs the tests that must notice it.
 * With words, only the mutants whose name or invariant holds one of them.
 *
 * Exits with 1 when a mutant survives, when its text is no longer in the source, or when the tests fail without it.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mapConcurrently } from '../../lib/common/concurrency';
import { INVARIANTS, type Invariant, type Mutant, MUTANTS } from './mutants';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REPORTS = mkdtempSync(path.join(tmpdir(), 'muster-mutants-'));
/** Far more than any of the runs takes; a mutant that never ends proves nothing about the tests. */
const LONGEST_RUN_MS = 300_000;
/** Each has a Jest and a DynamoDB Local. */
const RUNS_AT_ONCE = Math.min(2, availableParallelism());

interface Run {
  readonly passed: number;
  readonly failed: readonly string[];
  /** Why there is no result: the tests did not start, or did not end. */
  readonly broken: string | null;
  readonly seconds: number;
}

type Verdict = 'killed' | 'SURVIVED' | 'NO VERDICT';

function wrongPlaces(mutants: readonly Mutant[]): string[] {
  return mutants.flatMap(({ name, file, find, replace, killedBy }) => {
    const source = existsSync(path.join(ROOT, file)) ? readFileSync(path.join(ROOT, file), 'utf8') : '';
    const times = source.split(find).length - 1;
    const problems: string[] = [];
    if (times !== 1) problems.push(`${name}: its text is ${times} times in ${file}, not once: ${find}`);
    if (find === replace) problems.push(`${name}: changes nothing`);
    const tests = testFile(killedBy);
    if (!existsSync(path.join(ROOT, tests))) problems.push(`${name}: there is no ${tests}`);
    return problems;
  });
}

const testFile = ({ project, file }: Mutant['killedBy']): string =>
  `${project === 'client' ? 'client/test' : `test/${project}`}/${file}.test.ts`;

/** Jest takes names as regular expressions; ours are meant literally. */
const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

let runs = 0;

async function runTests(tests: readonly Mutant['killedBy'][], mutant?: Mutant): Promise<Run> {
  const report = path.join(REPORTS, `${++runs}.json`);
  const names = tests.map(({ test }) => test);
  const [first] = tests;
  if (!first) throw new Error('no tests to run');
  const began = Date.now();
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      ...['--config', 'test/mutants/jest.config.mjs', '--selectProjects', first.project],
      ...['--runInBand', '--json', '--outputFile', report, '--runTestsByPath', testFile(first)],
      ...(names.includes(undefined) ? [] : ['-t', names.map((name) => literally(name ?? '')).join('|')]),
      ...(mutant ? ['--bail'] : []),
    ],
    {
      cwd: ROOT,
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, MUSTER_TESTS: 'all', ...(mutant && { MUTANT: JSON.stringify(mutant) }) },
    },
  );
  // A group of its own, so that its DynamoDB Local goes with it.
  const end = (): unknown => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  const timer = setTimeout(end, LONGEST_RUN_MS);
  const interrupted = (): never => {
    end();
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupted);
  const signal = await new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_code, by) => {
      resolve(by);
    }),
  );
  clearTimeout(timer);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, interrupted);
  const seconds = (Date.now() - began) / 1_000;
  if (signal !== null) return { passed: 0, failed: [], broken: `ended by ${signal}`, seconds };
  if (!existsSync(report)) return { passed: 0, failed: [], broken: 'Jest did not start', seconds };
  return { ...resultOf(JSON.parse(readFileSync(report, 'utf8')) as JestReport), seconds };
}

interface JestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function resultOf({ testResults }: JestReport): Omit<Run, 'seconds'> {
  const tests = testResults.flatMap((file) => file.assertionResults);
  const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  // A file that can't be loaded has no tests but a message.
  const broken = failed.length + passed > 0 ? null : (testResults[0]?.message.slice(0, 500) ?? 'no test has that name');
  return { passed, failed, broken };
}

async function main(words: readonly string[]): Promise<boolean> {
  const mutants = MUTANTS.filter(
    ({ name, invariant }) => words.length === 0 || words.some((word) => name.includes(word) || invariant === word),
  );
  const problems = [
    ...words
      .filter((word) => !MUTANTS.some(({ name, invariant }) => name.includes(word) || invariant === word))
      .map(
        (word) =>
          `no mutant has "${word}" in its name; the names are\n${MUTANTS.map(({ name }) => `  ${name}`).join('\n')}`,
      ),
    ...wrongPlaces(mutants),
    ...(Object.keys(INVARIANTS) as Invariant[])
      .filter((invariant) => !MUTANTS.some((mutant) => mutant.invariant === invariant))
      .map((invariant) => `${invariant} has no mutant`),
  ];
  for (const problem of problems) process.stderr.write(`error: ${problem}\n`);
  if (problems.length > 0) return false;

  const sound = await testsAreSound(mutants);
  let done = 0;
  const rows = await mapConcurrently(mutants, RUNS_AT_ONCE, async (mutant) => {
    const run = await runTests([mutant.killedBy], mutant);
    const verdict: Verdict = run.broken !== null ? 'NO VERDICT' : run.failed.length > 0 ? 'killed' : 'SURVIVED';
    process.stderr.write(`${++done}/${mutants.length} ${verdict} in ${run.seconds.toFixed(0)} s: ${mutant.name}\n`);
    if (run.broken !== null) process.stderr.write(`  ${run.broken}\n`);
    return { mutant, verdict };
  });
  process.stdout.write(tableOf(rows));
  const killed = rows.filter(({ verdict }) => verdict === 'killed').length;
  process.stdout.write(`${killed} of ${rows.length} mutants killed\n`);
  return sound && killed === rows.length;
}

/** A test that fails anyway kills everything. One run per file, without any mutant. */
async function testsAreSound(mutants: readonly Mutant[]): Promise<boolean> {
  const files = [...new Set(mutants.map(({ killedBy }) => testFile(killedBy)))];
  const results = await mapConcurrently(files, RUNS_AT_ONCE, async (file) => {
    const tests = mutants.map(({ killedBy }) => killedBy).filter((killedBy) => testFile(killedBy) === file);
    const run = await runTests(tests);
    process.stderr.write(`without a mutant, ${run.seconds.toFixed(0)} s: ${run.passed} tests of ${file} pass\n`);
    for (const name of run.failed) process.stderr.write(`error: fails without any mutant: ${file}: ${name}\n`);
    if (run.broken !== null) process.stderr.write(`error: ${file}: ${run.broken}\n`);
    return run.failed.length === 0 && run.broken === null;
  });
  return results.every(Boolean);
}

function tableOf(rows: readonly { mutant: Mutant; verdict: Verdict }[]): string {
  const cells = [
    ['', 'mutant', 'in', 'must be killed by', 'verdict'],
    ...rows.map(({ mutant: { invariant, name, file, killedBy }, verdict }) => [
      invariant,
      name,
      file.replace(/^lib\//, ''),
      `${killedBy.project}/${killedBy.file}${killedBy.test === undefined ? '' : `: ${killedBy.test}`}`,
      verdict,
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `\n${lines.join('\n')}\n\n`;
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} finally {
  rmSync(REPORTS, { recursive: true, force: true });
}
