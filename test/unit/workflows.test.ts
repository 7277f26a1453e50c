/** What nothing here can run: the files for GitHub, held against package.json and our rules for them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseDocument } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WORKFLOWS = readdirSync(path.join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`);
const ACTIONS = readdirSync(path.join(ROOT, '.github/actions')).map((name) => `.github/actions/${name}/action.yml`);

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly 'timeout-minutes'?: number;
  readonly permissions?: unknown;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** @throws YAMLParseError for what isn't YAML, or has a key twice */
function parsed(file: string): unknown {
  const document = parseDocument(readFileSync(path.join(ROOT, file), 'utf8'));
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  return document.toJS();
}

const jobsOf = (file: string): [string, Job][] => Object.entries((parsed(file) as Workflow).jobs);

function stepsOf(file: string): readonly Step[] {
  if (ACTIONS.includes(file)) return (parsed(file) as { readonly runs: Job }).runs.steps;
  return jobsOf(file).flatMap(([, { steps }]) => steps);
}

/** Names of the npm scripts that a shell script runs. */
function scriptsIn(shell: string): readonly string[] {
  return [...shell.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(([, named, short]) => named ?? short ?? '');
}

const scripts = Object.keys(
  (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts,
);

describe.each(WORKFLOWS)('%s', (file) => {
  test('runs only npm scripts that there are', () => {
    const named = stepsOf(file).flatMap(({ run = '' }) => scriptsIn(run));

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  test('may read the repository and nothing else, and ends when a newer run makes it superfluous', () => {
    const { permissions, concurrency } = parsed(file) as Workflow;

    expect(permissions).toEqual({ contents: 'read' });
    expect(concurrency).toMatchObject({ 'cancel-in-progress': true });
  });

  test.each(jobsOf(file))('job %s ends in half an hour and takes no other permissions', (_name, job) => {
    expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
    expect(job.permissions).toBeUndefined();
  });
});

test.each([...WORKFLOWS, ...ACTIONS])('%s uses actions of a major version, or our own', (file) => {
  const used = stepsOf(file).flatMap(({ uses }) => uses ?? []);

  const allowed = (action: string): boolean =>
    ACTIONS.includes(`${action.replace(/^\.\//, '')}/action.yml`) || /^actions\/[\w-]+@v\d+$/.test(action);

  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((action) => !allowed(action))).toEqual([]);
});

test('every kind of test and check is run by a workflow', () => {
  const ran = WORKFLOWS.flatMap(stepsOf).flatMap(({ run = '' }) => scriptsIn(run));

  expect(ran).toEqual(expect.arrayContaining(scripts.filter((name) => /^(test|check|soak|verify:)/.test(name))));
});

test('.ci/run runs only npm scripts that there are', () => {
  const named = scriptsIn(readFileSync(path.join(ROOT, '.ci/run'), 'utf8'));

  expect(named[0]).toBe('test');
  expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
});

test('updates are looked for once a week, grouped, in directories that there are', () => {
  const { updates } = parsed('.github/dependabot.yml') as {
    updates: { 'package-ecosystem': string; directory?: string; directories?: string[]; schedule: unknown }[];
  };

  expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
  for (const { directory, directories = [directory ?? ''], ...update } of updates) {
    expect(update.schedule).toMatchObject({ interval: 'weekly' });
    expect(update).toHaveProperty('groups');
    const missing = directories.filter((each) => !existsSync(path.join(ROOT, each.replace(/\/\*$/, ''))));
    expect(missing).toEqual([]);
  }
});
