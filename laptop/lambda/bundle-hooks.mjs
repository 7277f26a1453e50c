/**
 * Loads the functions' bundles as they are. tsx, which compiles the TypeScript of this host, would look through every
 * copy of every bundle for something to compile, which takes longer than all the rest of a start.
 *
 * https://nodejs.org/docs/latest-v20.x/api/module.html#customization-hooks
 */
import { readFile } from 'node:fs/promises';

/** What every URL of a bundle ends with; see Environments. */
const COPY_OF_BUNDLE = /\/index\.mjs\?copy=\d+$/;

export async function resolve(specifier, context, nextResolve) {
  if (!COPY_OF_BUNDLE.test(specifier)) return await nextResolve(specifier, context);
  return { url: specifier, format: 'module', shortCircuit: true };
}

export async function load(url, context, nextLoad) {
  if (!COPY_OF_BUNDLE.test(url)) return await nextLoad(url, context);
  return { format: 'module', source: await readFile(new URL(url)), shortCircuit: true };
}
