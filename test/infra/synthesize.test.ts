import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { functionNames } from '../../infra/functions';
import { synthesize } from '../../infra/synthesize';
import { temporaryDirectory } from './temporary-directory';

const run = promisify(execFile);

interface FunctionResource {
  readonly Type: string;
  readonly Properties: {
    readonly FunctionName: string;
    readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  };
  readonly Metadata: Readonly<Record<string, string>>;
}

function functionsIn(templateFile: string): FunctionResource[] {
  const { Resources } = JSON.parse(readFileSync(templateFile, 'utf8')) as {
    Resources: Record<string, FunctionResource>;
  };
  return Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
}

const { templateFile, assemblyDirectory, stackName } = await synthesize({ outdir: temporaryDirectory() });

describe('synthesize', () => {
  const bundles = functionsIn(templateFile).map((resource) => ({
    name: resource.Properties.FunctionName.replace(`${stackName}-`, ''),
    file: join(assemblyDirectory, resource.Metadata['aws:asset:path'] ?? '', 'index.mjs'),
    environment: environmentOf(resource),
  }));

  test('says where template and code are', () => {
    expect(stackName).toBe('Muster-dev');
    expect(bundles.map(({ name }) => name).sort()).toEqual([...functionNames].sort());
    expect(bundles.filter(({ file }) => !existsSync(file) || !existsSync(`${file}.map`))).toEqual([]);
  });

  test.each(bundles)('$name loads in a bare Node with the variables that the stack gives it', async (bundle) => {
    const script = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(bundle.file).href)});
      process.stdout.write(typeof handler);`;

    // Outside the repository, so that nothing is found in node_modules.
    const { stdout } = await run(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      cwd: assemblyDirectory,
      env: { AWS_REGION: 'eu-central-1', ...bundle.environment },
    });

    expect(stdout).toBe('function');
  });

  test('a function that misses a variable does not start, and says which', async () => {
    const [bundle] = bundles.filter(({ name }) => name.endsWith('serve-sync-points'));
    const start = run(process.execPath, ['--no-warnings', bundle?.file ?? ''], { env: { AWS_REGION: 'eu-central-1' } });

    await expect(start).rejects.toThrow('The environment variable TABLE_NAME is missing.');
  });

  test('keeps bundles small enough to start fast', () => {
    const limits: Readonly<Record<string, number>> = {
      // The protocol's library with its validator of schemas is large, so it has a function of its own.
      'serve-mcp': 1_600_000,
      // A person waits for its start: no package belongs in it.
      'serve-console': 20_000,
    };
    const large = bundles.filter(({ name, file }) => statSync(file).size > (limits[name] ?? 1_000_000));

    expect(large).toEqual([]);
  });

  test.each([
    ['the generator of the OpenAPI document', 'OpenAPIRegistry'],
    ["zod's messages in other languages", 'Eingabe: erwartet'],
  ])('leaves out of the bundles %s, which would have to be read at every start', (_what, text) => {
    const holding = bundles.filter(({ file }) => readFileSync(file, 'utf8').includes(text));

    expect(holding).toEqual([]);
  });

  test('has the library of the Model Context Protocol in the function that serves it, and in no other', () => {
    const holding = bundles.filter(({ file }) => readFileSync(file, 'utf8').includes('io.modelcontextprotocol/'));

    expect(holding.map(({ name }) => name)).toEqual(['serve-mcp']);
  });

  test('gives the same assets every time: a second deployment of the same code changes no function', async () => {
    const again = await synthesize({ outdir: temporaryDirectory() });

    expect(functionsIn(again.templateFile)).toEqual(functionsIn(templateFile));
  });

  test('refuses an unknown stage before doing anything', async () => {
    const outdir = join(temporaryDirectory(), 'cdk.out');

    await expect(synthesize({ stage: 'staging', outdir })).rejects.toThrow('allowed: dev, prod');
    expect(existsSync(outdir)).toBe(false);
  });
});

/** A function's variables; for those that only a deployment knows, some text. */
function environmentOf({ Properties }: FunctionResource): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Properties.Environment.Variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : 'made-when-deployed',
    ]),
  );
}
