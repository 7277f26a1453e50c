/**
 * Compiles like the other tests' transform, but changes the one place in one file that MUTANT (JSON: file, find,
 * replace) tells of. The source on the disk stays as it is.
 */
import swc from '@swc/jest';
import { fileURLToPath } from 'node:url';

export function createTransformer() {
  const inner = swc.createTransformer();
  const { file, find, replace } = JSON.parse(process.env['MUTANT'] ?? '{}');
  if (!file) return inner;
  const target = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const mutated = (source, filename) => (filename === target ? source.replace(find, () => replace) : source);
  return {
    ...inner,
    process: (source, filename, options) => inner.process(mutated(source, filename), filename, options),
    processAsync: (source, filename, options) => inner.processAsync(mutated(source, filename), filename, options),
    // By the mutated source, so that a mutant is never taken from, or left in, the cache of another.
    getCacheKey: (source, filename, options) => inner.getCacheKey(mutated(source, filename), filename, options),
  };
}

export default { createTransformer };
