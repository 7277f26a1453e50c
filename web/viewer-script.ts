/** The viewer of the API reference, Redoc, as it is served: with its licences, and without a call to its makers. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const NAME = 'redoc.standalone.js';

/** An image in the menu. The page may load nothing from other hosts; without the image, Redoc shows only its name. */
const LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

/** Its source map isn't served. */
const SOURCE_MAP = /\n?\/\/# sourceMappingURL=\S+\s*$/;

/** @throws Error when the installed version is not as this expects it */
export async function viewerScript(): Promise<{ readonly name: string; readonly content: Buffer }> {
  const file = require.resolve('redoc/bundles/redoc.standalone.js');
  const [script, licences] = await Promise.all([readFile(file, 'utf8'), readFile(`${file}.LICENSE.txt`, 'utf8')]);
  if (script.split(LOGO).length !== 2 || !SOURCE_MAP.test(script)) {
    throw new Error(`${file} is not as expected: see whether this version of Redoc still loads ${LOGO}.`);
  }
  return { name: NAME, content: Buffer.from(`${script.replace(LOGO, 'data:,').replace(SOURCE_MAP, '')}\n${licences}`) };
}
