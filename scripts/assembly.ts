/**
 * The synthesized stack, kept from one start to the next as long as nothing that it is made of has changed: importing
 * the CDK, bundling and synthesizing take longer than all the rest of a start.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalError, messageOf } from '../laptop/local-error';
import type { SynthesizedStack } from '../laptop/template/stack-model';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'muster');
const STAGE = 'dev';

/** Everything else counts, so that a folder that is new can't be forgotten here. */
const NO_INPUT = new Set([
  'node_modules',
  'cdk.out',
  'coverage',
  'bench',
  'laptop',
  'scripts',
  'test',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'README.md',
  'SECURITY.md',
]);

/** Within the others: tests of a package, and what it builds. */
const NO_INPUT_WITHIN = new Set(['test', 'dist', 'node_modules']);

/** How long an assembly that isn't used any more is kept, for who goes back and forth between branches. */
const KEEP_MS = 7 * 24 * 3_600_000;

/** @throws LocalError when the stack or a function in it doesn't compile */
export async function assembleStack(settings: Readonly<Record<string, string>> = {}): Promise<SynthesizedStack> {
  const directory = path.join(CACHE, hashOfInputs(settings));
  if (existsSync(directory)) {
    utimesSync(directory, new Date(), new Date());
    return stackIn(directory);
  }
  const unfinished = `${directory}.${process.pid}`;
  try {
    mkdirSync(CACHE, { recursive: true });
    const { synthesize } = await import('../infra/synthesize');
    await synthesize({ stage: STAGE, settings, outdir: unfinished });
    renameSync(unfinished, directory);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another start may have been faster with the same.
    if (!existsSync(directory)) {
      const stack = Object.keys(settings).length > 0 ? 'The stack with MUSTER_STAGE_SETTINGS' : 'The stack';
      throw new LocalError(`${stack} cannot be synthesized: ${messageOf(error)}`, { cause: error });
    }
  }
  removeOld();
  return stackIn(directory);
}

function stackIn(assemblyDirectory: string): SynthesizedStack {
  const suffix = '.template.json';
  const template = readdirSync(assemblyDirectory).find((name) => name.endsWith(suffix));
  if (template === undefined)
    throw new LocalError(`The folder ${assemblyDirectory} has no template: delete it and start again.`);
  const stackName = template.slice(0, -suffix.length);
  return { templateFile: path.join(assemblyDirectory, template), assemblyDirectory, stackName };
}

function hashOfInputs(settings: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update(process.version).update(JSON.stringify(settings));
  const add = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (NO_INPUT_WITHIN.has(entry.name)) continue;
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) add(file);
      else if (entry.isFile()) hash.update(path.relative(ROOT, file)).update('\0').update(readFileSync(file));
    }
  };
  for (const entry of readdirSync(ROOT, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    // Hidden ones hold no source: version control, editors, data directories.
    if (NO_INPUT.has(entry.name) || entry.name.startsWith('.') || entry.name.endsWith('.log')) continue;
    const file = path.join(ROOT, entry.name);
    if (entry.isDirectory()) add(file);
    else hash.update(entry.name).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 32);
}

function removeOld(): void {
  for (const name of readdirSync(CACHE)) {
    const directory = path.join(CACHE, name);
    if (statSync(directory).mtimeMs < Date.now() - KEEP_MS) rmSync(directory, { recursive: true, force: true });
  }
}
