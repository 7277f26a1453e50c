/** Pages of `docs/` as they are served: Markdown whose links lead to what is served, too. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { GUIDES } from '../lib/http/guides';

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));

/** A link or a picture. */
const LINK = /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g;

/** Elsewhere, within the page, or from the root of the service. */
const COMPLETE = /^(?:https?:|#|\/)/;

/** Of pictures, and of links to what is only in the repository, the text stays. */
const servedText = (text: string): string =>
  text.replace(LINK, (link, picture: string, label: string, target: string) =>
    picture === '' && (COMPLETE.test(target) || Object.hasOwn(GUIDES, target.replace(/#.*/, ''))) ? link : label,
  );

export const guides = (): Promise<{ readonly path: string; readonly content: Buffer }[]> =>
  Promise.all(
    Object.keys(GUIDES).map(async (name) => ({
      path: `guides/${name}`,
      content: Buffer.from(servedText(await readFile(DOCS + name, 'utf8'))),
    })),
  );
