/**
 * Bundles the functions with esbuild, all in one in-process build: no Docker, no network, no process per function.
 *
 * The AWS SDK goes into the bundle, so that what the tests run is what Lambda runs, whatever SDK its runtime brings.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as runEsbuild } from 'esbuild';
import { buildSite } from '../web/bundle-web';

export const REPOSITORY_ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * CommonJS packages in the bundle (`cloudevents` and what it brings) call `require` for Node's own modules, and an ES
 * module has no `require` of its own.
 */
const REQUIRE_FOR_COMMONJS = [
  `import { createRequire as createRequireForBundle } from 'node:module';`,
  `const require = createRequireForBundle(import.meta.url);`,
].join('');

/**
 * Calls `use` with a directory that holds `<name>/index.mjs` for each function, and the site of the console beside the
 * function that serves it. Removes the directory afterwards: the assets have been staged into the cloud assembly by
 * then.
 *
 * @throws esbuild's BuildFailure when a function or the console doesn't exist or doesn't compile
 */
export async function withBundledFunctions<T>(
  names: readonly string[],
  use: (directory: string) => T | Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-functions-'));
  try {
    await Promise.all([
      bundle(
        names.map((name) => ({ in: `functions/${name}.ts`, out: `${name}/index` })),
        directory,
      ),
      // functions/serve-console.ts reads it there.
      buildSite(join(directory, 'serve-console', 'site')),
    ]);
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Writes `<out>.mjs` with its source map into the directory for each entry point, a path within the repository. */
export async function bundle(entryPoints: { in: string; out: string }[], directory: string): Promise<void> {
  // Never written there: source maps hold paths relative to the output, and a bundle must not depend on a temporary
  // directory's name, or every deployment would replace every function.
  const nominalOutput = join(REPOSITORY_ROOT, 'bundles');
  const { outputFiles } = await runEsbuild({
    absWorkingDir: REPOSITORY_ROOT,
    entryPoints,
    outdir: nominalOutput,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    platform: 'node',
    // The oldest Node that runs the bundles: a laptop's, not Lambda's.
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_FOR_COMMONJS },
    // Not the names, which appear in logs and errors. Shorter ones would not start faster, and keeping the real ones
    // beside them starts slower.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
  });
  for (const file of outputFiles) {
    const path = join(directory, relative(nominalOutput, file.path));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.contents);
  }
}
