/** Bundles the command line, so that it starts without compiling anything and without resolving hundreds of files. */
import { build } from 'esbuild';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));

/** Another process may still be about to load a part of the bundle before this one. */
const KEEP_MS = 3_600_000;

/**
 * Commander and the client go into the bundle. The commands are a part that `muster --help` doesn't load; what only
 * `muster admin` needs is a further one, and finds the AWS SDK and the CDK in node_modules.
 *
 * @param {URL} dist where to
 */
export async function bundleCli(dist) {
  const folder = fileURLToPath(dist);
  const builtAtMs = Date.now();
  const { outputFiles, metafile } = await build({
    absWorkingDir: REPOSITORY,
    entryPoints: [{ in: 'cli/cli.ts', out: 'muster' }],
    outdir: folder,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    chunkNames: '[name]-[hash]',
    // Commander is CommonJS and calls `require` for Node's own modules.
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
    },
    external: ['@aws-*', '@smithy/*', 'aws-cdk-lib', 'cdk-nag', 'constructs', 'esbuild', 'uuid', 'zod'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  mkdirSync(folder, { recursive: true });
  const inputs = Object.keys(metafile.inputs).map((input) => path.relative(folder, path.join(REPOSITORY, input)));
  // The entry point comes last: it leads to nothing that isn't there yet.
  const entry = path.join(folder, 'muster.js');
  const files = outputFiles.toSorted((a, b) => Number(a.path === entry) - Number(b.path === entry));
  for (const { path: file, contents } of files) write(file, contents);
  write(path.join(folder, 'inputs.json'), JSON.stringify({ builtAtMs, inputs }));
  removeOld(folder, new Set(files.map(({ path: file }) => path.basename(file))));
}

function write(file, contents) {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, contents);
  renameSync(written, file);
}

function removeOld(folder, current) {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const isOld = name.endsWith('.js') && !current.has(name) && Date.now() - statSync(file).mtimeMs > KEEP_MS;
    if (isOld) rmSync(file, { force: true });
  }
}
