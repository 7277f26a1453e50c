/**
 * Builds what the console serves: its script and styles, the viewer of the API reference, and the pages that load them.
 * It needs no Docker and no network, and the same sources give the same files.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build as runEsbuild, type Metafile } from 'esbuild';
import { SITE_LIST, type SiteFiles, SUFFIX } from '../lib/console/site';
import { guides } from './guides';
import { viewerScript } from './viewer-script';

const WEB = dirname(fileURLToPath(import.meta.url));

/** Paths are relative to the repository, in the names of esbuild's outputs and in its errors. */
const REPOSITORY = dirname(WEB);
const OUTPUT = 'web/site';

const ENTRY_POINTS = ['main.tsx'];
const PAGES = ['index.html', 'docs.html'];

/** A page names what it loads as `<!-- muster:load main.tsx -->`, since the names of built files hold a hash. */
const LOAD = /<!-- muster:load (\S+) -->/g;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
};

interface BuiltFile {
  /** In the site. */
  readonly path: string;
  readonly content: Uint8Array;
}

interface Assets {
  readonly files: readonly BuiltFile[];
  /** By the name in a page: the elements that load what it stands for. */
  readonly loads: ReadonlyMap<string, readonly string[]>;
}

/**
 * Writes the site into a directory: its files, each also compressed, and the list of them.
 *
 * @throws esbuild's BuildFailure when the console doesn't compile; Error for a page that loads what isn't there
 */
export async function buildSite(directory: string): Promise<void> {
  const { files, loads } = joined(await bundledAssets(), await viewerAssets());
  const pages = await Promise.all(PAGES.map((name) => builtPage(name, loads)));
  const all = [...files, ...pages, ...(await guides())].sort((a, b) => (a.path < b.path ? -1 : 1));
  await Promise.all(all.map((file) => writeFileAndCompressed(directory, file)));
  const list: SiteFiles = Object.fromEntries(
    all.map(({ path, content }) => [path, { contentType: contentTypeOf(path), hash: hashOf(content) }]),
  );
  writeFileSync(join(directory, SITE_LIST), JSON.stringify(list));
}

async function bundledAssets(): Promise<Assets> {
  // Nothing is written there; only the names are made from it.
  const outdir = join(REPOSITORY, OUTPUT);
  const { outputFiles, metafile } = await runEsbuild({
    absWorkingDir: REPOSITORY,
    entryPoints: ENTRY_POINTS.map((name) => `web/src/${name}`),
    tsconfig: join(WEB, 'tsconfig.json'),
    outdir,
    entryNames: 'assets/[name]-[hash]',
    chunkNames: 'assets/[name]-[hash]',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
    legalComments: 'eof',
    logLevel: 'silent',
  });
  return {
    files: outputFiles.map(({ path, contents }) => ({ path: relative(outdir, path), content: contents })),
    loads: new Map(ENTRY_POINTS.map((name) => [name, loadedBy(metafile, `web/src/${name}`)])),
  };
}

/**
 * Elements for the styles and the script of an entry point, and for the scripts that it imports at once, which are
 * fetched at the same time. A module waits by itself until the page has been read.
 */
function loadedBy({ outputs }: Metafile, entryPoint: string): string[] {
  const [path, output] = Object.entries(outputs).find(([, { entryPoint: of }]) => of === entryPoint) ?? [];
  if (path === undefined || output === undefined) throw new Error(`esbuild made nothing of ${entryPoint}.`);
  const scripts = new Set<string>();
  const follow = (script: string): void => {
    if (scripts.has(script)) return;
    scripts.add(script);
    for (const { path: imported, kind } of outputs[script]?.imports ?? []) {
      if (kind === 'import-statement') follow(imported);
    }
  };
  follow(path);
  scripts.delete(path);
  const urlOf = (file: string): string => `/${relative(OUTPUT, file)}`;
  return [
    ...(output.cssBundle === undefined ? [] : [`<link rel="stylesheet" href="${urlOf(output.cssBundle)}" />`]),
    `<script type="module" src="${urlOf(path)}"></script>`,
    ...[...scripts].map((script) => `<link rel="modulepreload" href="${urlOf(script)}" />`),
  ];
}

/** Ready-made, so only the name is new. It is no module, and looks for its element as soon as it runs. */
async function viewerAssets(): Promise<Assets> {
  const { name, content } = await viewerScript();
  const path = `assets/${basename(name, '.js')}-${hashOf(content).slice(0, 8)}.js`;
  return { files: [{ path, content }], loads: new Map([[name, [`<script defer src="/${path}"></script>`]]]) };
}

const joined = (...assets: readonly Assets[]): Assets => ({
  files: assets.flatMap(({ files }) => files),
  loads: new Map(assets.flatMap(({ loads }) => [...loads])),
});

async function builtPage(name: string, loads: Assets['loads']): Promise<BuiltFile> {
  const template = await readFile(join(WEB, name), 'utf8');
  const text = template.replace(LOAD, (_, wanted: string) => {
    const elements = loads.get(wanted);
    if (elements === undefined) {
      throw new Error(`web/${name} loads "${wanted}"; what it can load is: ${[...loads.keys()].join(', ')}.`);
    }
    return elements.join('\n    ');
  });
  return { path: name, content: Buffer.from(text) };
}

const compressWith = { br: promisify(brotliCompress), gzip: promisify(gzip) };

/** Brotli takes seconds for the viewer at its best level, which saves a twelfth: not worth it at every start. */
const LARGE_BYTES = 500_000;

async function writeFileAndCompressed(directory: string, { path, content }: BuiltFile): Promise<void> {
  const quality = content.length > LARGE_BYTES ? 9 : constants.BROTLI_MAX_QUALITY;
  const [br, gz] = await Promise.all([
    compressWith.br(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
    compressWith.gzip(content, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  const target = join(directory, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target + SUFFIX.identity, content);
  writeFileSync(target + SUFFIX.br, br);
  writeFileSync(target + SUFFIX.gzip, gz);
}

function contentTypeOf(path: string): string {
  const contentType = CONTENT_TYPES[extname(path)];
  if (contentType === undefined) {
    const known = Object.keys(CONTENT_TYPES).join(', ');
    throw new Error(`The console has no content type for ${path}; it knows ${known} (web/bundle-web.ts).`);
  }
  return contentType;
}

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex').slice(0, 20);
