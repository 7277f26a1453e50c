import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Coding } from './coding';

/** A file that the console serves, as it was built. */
export interface SiteFile {
  readonly contentType: string;

  /** Hash of the content. */
  readonly hash: string;
}

/** Every file by its path in the site: `index.html`, `docs.html`, `assets/<name>-<hash>.js` … */
export type SiteFiles = Readonly<Record<string, SiteFile>>;

/** In the directory of the site, beside the files. */
export const SITE_LIST = 'site.json';

/** Suffix of the file that holds the content in a coding, made when the site is built. */
export const SUFFIX: Readonly<Record<Coding, string>> = { identity: '', gzip: '.gz', br: '.br' };

/** The files that the console consists of. */
export class Site {
  readonly #directory: string;
  readonly #files: ReadonlyMap<string, SiteFile>;
  readonly #contents = new Map<string, string>();

  /** @throws Error when the site has not been built there */
  constructor(directory: string) {
    this.#directory = directory;
    const list = JSON.parse(readFileSync(join(directory, SITE_LIST), 'utf8')) as SiteFiles;
    this.#files = new Map(Object.entries(list));
  }

  /** Only what is in the list, so that no path leads out of the directory. */
  find(path: string): SiteFile | undefined {
    return this.#files.get(path);
  }

  /** Base64 of a file that was found. It is read once: an environment serves the same few files again and again. */
  contentOf(path: string, coding: Coding): string {
    const name = path + SUFFIX[coding];
    const known = this.#contents.get(name);
    if (known !== undefined) return known;
    const content = readFileSync(join(this.#directory, name)).toString('base64');
    this.#contents.set(name, content);
    return content;
  }
}
