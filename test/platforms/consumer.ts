/** A program of somebody else that depends on the client as it would be published. */
import { build } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execute } from './execute';

/** Writes `in-process.js` and `in-page.js` to the folder, with the client in its `node_modules`. */
export async function writeConsumer(folder: string): Promise<void> {
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const pack = ['pack', '--json', '--pack-destination', folder, '--workspace', '@muster/client'];
  const packed = await execute('npm', pack);
  // What the build prints comes first.
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('[\n'))) as [{ readonly filename: string }];
  await npmInstall(folder, path.join(folder, filename));
  await build({
    entryPoints: ['in-process', 'in-page'].map((name) => path.join(import.meta.dirname, `${name}.ts`)),
    bundle: true,
    external: ['@muster/client'],
    format: 'esm',
    target: 'es2023',
    outdir: folder,
  });
}

/** Installs a package into a folder of its own. */
export async function npmInstall(folder: string, what: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await execute('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--silent', what]);
}
