/** What `npm publish` would publish, as a consumer has it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const GZIP_LIMIT_BYTES = 12 * 1_024;

let folder: string;
let consumer: string;
let files: string[];

const run = (program: string, args: readonly string[], cwd: string): string =>
  execFileSync(program, args, { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: folder } });

const tsc = (args: readonly string[], cwd: string): string =>
  run(process.execPath, [path.resolve('node_modules/typescript/bin/tsc'), ...args], cwd);

/** Builds and packs a copy, and unpacks it as a dependency of a program of somebody else. */
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'muster-client-'));
  const copy = path.join(folder, 'client');
  cpSync('client', copy, { recursive: true, filter: (file) => !/\/(dist|test)$/.test(file) });
  cpSync('tsconfig.json', path.join(folder, 'tsconfig.json'));
  tsc(['-p', 'tsconfig.build.json'], copy);
  const packed = run('npm', ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', folder], copy);
  const [{ filename, files: entries }] = JSON.parse(packed) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  files = entries.map((entry) => entry.path).sort();
  consumer = path.join(folder, 'consumer');
  const installed = path.join(consumer, 'node_modules/@muster/client');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', path.join(folder, filename), '--strip-components=1', '-C', installed], folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('it is the compiled client with its types, README, licence and package.json', () => {
  const sources = run('git', ['ls-files', 'src'], path.resolve('client')).trim().split('\n');
  const compiled = sources.flatMap((file) =>
    ['.js', '.d.ts'].map((extension) => file.replace(/^src/, 'dist').replace(/\.ts$/, extension)),
  );

  expect(files).toEqual([...compiled, 'LICENSE', 'README.md', 'package.json'].sort());
});

test('it depends on nothing', () => {
  const published = JSON.parse(
    readFileSync(path.join(consumer, 'node_modules/@muster/client/package.json'), 'utf8'),
  ) as Readonly<Record<string, unknown>>;

  expect(Object.keys(published).filter((key) => /dependencies/i.test(key))).toEqual([]);
});

test('a program in plain JavaScript imports and uses it', () => {
  const program = `
    import { Muster, NotFoundError } from '@muster/client';
    const fetch = async () => Response.json({ code: 'sync-point.not-found', detail: 'It is not there.' }, { status: 404 });
    const muster = new Muster({ url: 'http://muster.test', fetch });
    const error = await muster.syncPoints.get('nightly').catch((reason) => reason);
    console.log(error instanceof NotFoundError, error.message);
  `;

  expect(run(process.execPath, ['--input-type=module', '--eval', program], consumer)).toBe(
    'true GET /v1/sync-points/nightly: 404 sync-point.not-found: It is not there.\n',
  );
});

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('a program in TypeScript with modules of %s has its types', (module, moduleResolution) => {
  const program = `
    import { Muster, type SyncPoint } from '@muster/client';
    const muster = new Muster({ url: 'http://muster.test' });
    export const point: Promise<SyncPoint> = muster.syncPoints.get('nightly');
    // @ts-expect-error: there is no such parameter
    void muster.syncPoints.get('nightly', { waits: 3 });
    // @ts-expect-error: nor such a field
    export const nothing = point.then(({ nothing }) => nothing);
  `;
  writeFileSync(path.join(consumer, 'program.mts'), program);
  const options = [
    '--ignoreConfig',
    '--strict',
    '--noEmit',
    '--target',
    'es2023',
    '--lib',
    'es2023,dom,dom.iterable,esnext.disposable',
  ];

  expect(tsc([...options, '--module', module, '--moduleResolution', moduleResolution, 'program.mts'], consumer)).toBe(
    '',
  );
});

test('all of it in a bundle for browsers takes no more than 12 KB, compressed', async () => {
  const { outputFiles } = await build({
    entryPoints: [path.join(consumer, 'node_modules/@muster/client/dist/index.js')],
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
  });

  const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThanOrEqual(GZIP_LIMIT_BYTES);
});
