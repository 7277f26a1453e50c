/**
 * `npm run check:template`: cfn-lint and checkov over the template of every stage, as it stands and with every optional
 * setting on. Fails for a finding that scripts/template-exceptions.ts doesn't explain.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { STAGE_NAMES } from '../infra/stages';
import { synthesize } from '../infra/synthesize';
import { OPTIONAL_SETTINGS } from './optional-settings';
import { type PythonEnvironment, PythonError, pythonEnvironment } from './python-environment';
import { EXCEPTIONS, type Finding, judge, type Variant } from './template-exceptions';

const VARIANTS: readonly Variant[] = STAGE_NAMES.flatMap((stage) => [
  { name: stage, stage, settings: {} },
  { name: `${stage}-with-options`, stage, settings: OPTIONAL_SETTINGS },
]);

const SUFFIX = '.template.json';
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Leaves `<variant>.template.json` in the directory for each variant. */
async function writeTemplates(directory: string): Promise<string[]> {
  const files: string[] = [];
  for (const { name, stage, settings } of VARIANTS) {
    const { templateFile } = await synthesize({ stage, settings, outdir: path.join(directory, name) });
    const file = `${name}${SUFFIX}`;
    copyFileSync(templateFile, path.join(directory, file));
    files.push(file);
  }
  return files;
}

const variantOf = (file: string): string => path.basename(file, SUFFIX);

/** @throws Error with what the tool printed when that is no report */
function report(tool: string, python: PythonEnvironment, args: readonly string[], directory: string): unknown {
  const { stdout, stderr, error } = spawnSync(python.program(tool), args, {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`${tool} gave no report: ${error?.message ?? stderr.trim()}`);
  }
}

interface LintMatch {
  readonly Filename: string;
  readonly Message: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
  readonly Rule: { readonly Id: string };
}

function lint(python: PythonEnvironment, files: readonly string[], directory: string): Finding[] {
  const args = ['--format', 'json', '--regions', 'us-east-1', '--', ...files];
  const matches = report('cfn-lint', python, args, directory) as readonly LintMatch[];
  return matches.map(({ Filename, Message, Location, Rule }) => ({
    variant: variantOf(Filename),
    rule: Rule.Id,
    title: Message,
    resource: (Location.Path ?? []).join('/'),
  }));
}

interface CheckovReport {
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly file_path: string;
      readonly resource: string;
    }[];
  };
}

function scan(python: PythonEnvironment, files: readonly string[], directory: string): Finding[] {
  // Everything that it knows comes with the package: it asks nobody.
  const args = ['--framework', 'cloudformation', '--skip-download', '--quiet', '--output', 'json', '--file', ...files];
  const { summary, results } = report('checkov', python, args, directory) as CheckovReport;
  if (summary.parsing_errors > 0 || summary.passed === 0) throw new Error('checkov could not read the templates.');
  return results.failed_checks.map(({ check_id, check_name, file_path, resource }) => ({
    variant: variantOf(file_path),
    rule: check_id,
    title: check_name,
    resource,
  }));
}

async function main(): Promise<void> {
  const python = pythonEnvironment('template-tools', 'scripts/template-tools.txt');
  const directory = mkdtempSync(path.join(tmpdir(), 'muster-templates-'));
  try {
    const files = await writeTemplates(directory);
    const findings = [...lint(python, files, directory), ...scan(python, files, directory)];
    const { unexplained, unneeded } = judge(findings, EXCEPTIONS, VARIANTS);
    const wrong = [
      ...unexplained.map(({ variant, rule, title, resource }) => `${variant}: ${rule} ${title} (${resource})`),
      ...unneeded.map(({ rule }) => `${rule} is excepted in scripts/template-exceptions.ts, but never found`),
    ];
    for (const line of wrong) process.stderr.write(`error: ${line}\n`);
    if (wrong.length > 0) process.exitCode = 1;
    else console.log(`${files.length} templates checked by cfn-lint and checkov: every finding has its reason.`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof PythonError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}
