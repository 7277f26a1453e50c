/** `npx cdk synth` as a person runs it; the same stack without the CLI is in synthesize.test.ts. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { REPOSITORY_ROOT } from '../../infra/bundle-functions';
import { synthesize } from '../../infra/synthesize';
import { temporaryDirectory } from './temporary-directory';

const run = promisify(execFile);

describe('npx cdk synth, without credentials, home directory or network', () => {
  const home = temporaryDirectory();
  const networkLog = join(home, 'network.log');
  const outputs = { dev: temporaryDirectory(), prod: temporaryDirectory() };

  // Fails, with what was printed, when the CLI doesn't end with 0: findings of cdk-nag and of the template check are
  // errors.
  beforeAll(async () => {
    const cli = join(REPOSITORY_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const guard = join(REPOSITORY_ROOT, 'test', 'infra', 'refuse-network.mjs');
    await Promise.all(
      Object.entries(outputs).map(([stage, output]) =>
        run(process.execPath, [cli, 'synth', '--quiet', '--output', output, '--context', `stage=${stage}`], {
          cwd: REPOSITORY_ROOT,
          env: {
            PATH: process.env['PATH'],
            HOME: home,
            NODE_OPTIONS: `--import ${pathToFileURL(guard).href}`,
            NETWORK_LOG: networkLog,
          },
        }),
      ),
    );
  }, 120_000);

  test.each(Object.entries(outputs))('stage %s: makes a template that breaks no rule', (stage, output) => {
    // Names only the rule packs that found something.
    const { pluginReports } = JSON.parse(readFileSync(join(output, 'validation-report.json'), 'utf8')) as {
      pluginReports: unknown[];
    };

    expect(existsSync(join(output, `Muster-${stage}.template.json`))).toBe(true);
    expect(pluginReports).toEqual([]);
  });

  test('nothing tried to reach the network', () => {
    expect(existsSync(networkLog) ? readFileSync(networkLog, 'utf8') : '').toBe('');
  });

  test('describes the very stack that the laptop runs', async () => {
    const { templateFile } = await synthesize({ outdir: temporaryDirectory() });

    expect(withoutMetadata(templateFile)).toEqual(withoutMetadata(join(outputs.dev, 'Muster-dev.template.json')));
  });

  test('an attempt to reach the network would have been noticed', async () => {
    const guard = join(REPOSITORY_ROOT, 'test', 'infra', 'refuse-network.mjs');
    const log = join(home, 'attempt.log');
    const attempt = `await fetch('https://registry.example').catch(() => undefined)`;

    await run(process.execPath, ['--import', guard, '--input-type=module', '-e', attempt], {
      env: { NETWORK_LOG: log },
    });

    expect(readFileSync(log, 'utf8')).toContain('registry.example');
  });
});

/** Resources without construct paths, which only the CLI writes. */
function withoutMetadata(templateFile: string): unknown {
  const { Resources, Outputs } = JSON.parse(readFileSync(templateFile, 'utf8')) as {
    Resources: Record<string, Record<string, unknown>>;
    Outputs: unknown;
  };
  const resources = Object.entries(Resources).map(([logicalId, resource]) => [
    logicalId,
    { ...resource, Metadata: undefined },
  ]);
  return { Resources: Object.fromEntries(resources) as unknown, Outputs };
}
