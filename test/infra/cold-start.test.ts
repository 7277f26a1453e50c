import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { deployedBundles, importOnce } from '../../bench/parts/cold-start';
import { functionNames } from '../../infra/functions';
import { temporaryDirectory } from './temporary-directory';

const bundles = await deployedBundles(temporaryDirectory());

describe('a function as it is deployed', () => {
  test('is every function of the stack', () => {
    expect(bundles.map(({ name }) => name)).toEqual(functionNames);
  });

  test.each(bundles)('$name starts in a process of its own with the environment of the template', async (bundle) => {
    await expect(importOnce(bundle)).resolves.toMatchObject({ cpuMs: expect.any(Number) });
  });

  test('that misses a variable does not start, and says which', async () => {
    const [bundle] = bundles.filter(({ name }) => name === 'serve-sync-points');
    if (!bundle) throw new Error('no such function');
    await expect(importOnce({ ...bundle, environment: {} })).rejects.toThrow('TABLE_NAME');
  });
});

describe('a function that serves routes', () => {
  test.each(bundles.filter(({ name }) => name.startsWith('serve-')))(
    '$name does not hold the generator of the OpenAPI document',
    ({ file }) => {
      expect(readFileSync(file, 'utf8').includes('OpenAPIRegistry')).toBe(false);
    },
  );
});
