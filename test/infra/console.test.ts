/** What the console serves, built as it is deployed, by the function in process. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { CONSOLE_PATHS } from '../../lib/console/paths';
import { serveConsole } from '../../lib/console/serve';
import { GUIDES } from '../../lib/http/guides';
import { Site } from '../../lib/console/site';
import { buildSite } from '../../web/bundle-web';
import { temporaryDirectory } from './temporary-directory';

/** All JavaScript that a view can load, compressed by gzip. */
const SCRIPT_BUDGET_BYTES = 70_000;

const directory = temporaryDirectory();
let handler: ReturnType<typeof serveConsole>;

beforeAll(async () => {
  await buildSite(directory);
  handler = serveConsole(new Site(directory));
});

interface Asked {
  readonly method?: string;
  readonly file?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The gateway has matched the path with this template. */
function ask(template: string, { method = 'GET', file, headers = {} }: Asked = {}): APIGatewayProxyStructuredResultV2 {
  const path = template.replace('{file}', file ?? '').replace(/\{\w+\}/, 'nightly');
  return handler({
    routeKey: `${method} ${template}`,
    rawPath: path,
    ...(file !== undefined && { pathParameters: { file } }),
    headers,
    requestContext: { http: { method }, requestId: 'request-1' } as Parameters<typeof handler>[0]['requestContext'],
  });
}

const bytesOf = ({ body = '', isBase64Encoded }: APIGatewayProxyStructuredResultV2): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
const assets = (): string[] =>
  readdirSync(join(directory, 'assets')).filter((name) => name.endsWith('.js') || name.endsWith('.css'));
const mainScript = (): string => assets().find((name) => /^main-\w+\.js$/.test(name)) ?? 'no main script';
const urlsIn = (html: string): string[] =>
  [...html.matchAll(/ (?:src|href|spec-url)="(.*?)"/g)].map(([, url = '']) => url);

interface Imports {
  readonly atOnce: ReadonlySet<string>;
  readonly whenAsked: ReadonlySet<string>;
}

function importsOf(script: string): Imports {
  const text = readFileSync(join(directory, 'assets', script), 'utf8');
  const named = (pattern: RegExp): Set<string> => new Set([...text.matchAll(pattern)].map(([, name = '']) => name));
  return {
    atOnce: named(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g),
    whenAsked: named(/import\("\.\/([\w-]+\.js)"\)/g),
  };
}

/** The scripts of the start, of a view, and those that the view can ask for. */
function allThat(view: string): Set<string> {
  const scripts = new Set<string>();
  const follow = (name: string, withAsked: boolean): void => {
    if (scripts.has(name)) return;
    scripts.add(name);
    const { atOnce, whenAsked } = importsOf(name);
    for (const each of [...atOnce, ...(withAsked ? whenAsked : [])]) follow(each, withAsked);
  };
  follow(mainScript(), false);
  follow(view, true);
  return scripts;
}

const gzipBytesOf = (scripts: ReadonlySet<string>): number =>
  [...scripts].reduce((sum, name) => sum + readFileSync(join(directory, 'assets', `${name}.gz`)).length, 0);

describe('the pages', () => {
  test.each(CONSOLE_PATHS.filter((path) => !/^\/(docs|guides|assets)/.test(path)))('%s is the console', (path) => {
    const page = ask(path);

    expect(page.statusCode).toBe(200);
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    expect(bytesOf(page)).toEqual(readFileSync(join(directory, 'index.html')));
    expect(urlsIn(bytesOf(page).toString())).toContain(`/assets/${mainScript()}`);
  });

  test('/docs has the viewer of the API reference, which the console does not load', () => {
    const viewer = `/assets/${assets().find((name) => name.startsWith('redoc')) ?? 'no viewer'}`;

    expect(urlsIn(bytesOf(ask('/docs')).toString())).toEqual(expect.arrayContaining([viewer, '/openapi.json']));
    expect(urlsIn(bytesOf(ask('/')).toString())).not.toContain(viewer);
  });

  test('/docs leads back to the console', () => {
    expect(bytesOf(ask('/docs')).toString()).toContain('<a href="/">Muster console</a>');
  });

  test('load only what is there, and nothing from other hosts', () => {
    for (const page of ['/', '/docs']) {
      const urls = urlsIn(bytesOf(ask(page)).toString());
      const files = urls.filter((url) => url.startsWith('/assets/')).map((url) => url.slice('/assets/'.length));

      expect(files.length).toBeGreaterThan(0);
      expect(files.map((file) => ask('/assets/{file}', { file }).statusCode)).toEqual(files.map(() => 200));
      expect(urls.filter((url) => !/^(\/(?!\/)|data:)/.test(url))).toEqual([]);
    }
  });

  test('run nothing that is written into them: no script, and but for the viewer no style', () => {
    const [console, reference] = [bytesOf(ask('/')).toString(), bytesOf(ask('/docs')).toString()];

    expect(`${console}${reference}`).not.toMatch(/<script(?![^>]* src=)|\son\w+=|javascript:/i);
    expect(console).not.toMatch(/<style|\sstyle=/i);
  });

  test('tell the browser to refuse everything that they do not need', () => {
    const common = {
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
    };

    expect(ask('/').headers).toMatchObject(common);
    expect(ask('/docs').headers).toMatchObject(common);
    expect(policyOf('/')).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'connect-src': "'self'",
      'font-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    });
    expect(policyOf('/docs')).toEqual({ ...policyOf('/'), 'style-src': "'unsafe-inline'", 'worker-src': 'blob:' });
  });

  const policyOf = (path: string): Record<string, string> =>
    Object.fromEntries(
      String(ask(path).headers?.['content-security-policy'])
        .split('; ')
        .map((directive) => [directive.split(' ')[0] ?? '', directive.split(' ').slice(1).join(' ')]),
    );
});

describe('a built file', () => {
  test('is kept for ever, since its name changes with its content', () => {
    const { statusCode, headers } = ask('/assets/{file}', { file: mainScript() });

    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    });
  });

  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
    [undefined, (content: Buffer) => content],
  ] as const)('is the same in the coding %s, with an etag of its own', (coding, decode) => {
    for (const file of assets()) {
      const asked = { file, headers: { 'accept-encoding': coding ?? 'identity' } };
      const response = ask('/assets/{file}', asked);

      expect(response.headers?.['content-encoding']).toBe(coding);
      expect(decode(bytesOf(response)).equals(readFileSync(join(directory, 'assets', file)))).toBe(true);
      expect(response.headers?.['etag']).toMatch(coding === undefined ? /^"\w+"$/ : new RegExp(`^"\\w+-${coding}"$`));
    }
  });

  test.each([
    ['its etag', 304, (etag: string) => etag],
    ['its etag, made weak by a proxy', 304, (etag: string) => `W/${etag}`],
    ['one of several', 304, (etag: string) => `"a", ${etag} ,"b"`],
    ['any', 304, () => '*'],
    ['another', 200, () => '"another"'],
    ['that of another coding', 200, (etag: string) => etag.replace('-br', '-gzip')],
  ] as const)('who has %s gets %i', (_name, status, known) => {
    const accepted = { 'accept-encoding': 'br' };
    for (const [path, file] of [
      ['/', undefined],
      ['/assets/{file}', mainScript()],
    ] as const) {
      const asked = file === undefined ? {} : { file };
      const first = ask(path, { ...asked, headers: accepted });
      const ifNoneMatch = known(String(first.headers?.['etag']));
      const again = ask(path, { ...asked, headers: { ...accepted, 'if-none-match': ifNoneMatch } });

      expect(again.statusCode).toBe(status);
      expect(again.body === undefined).toBe(status === 304);
      // A 304 renews what is stored with the page, its policy too (RFC 9110, section 15.4.5).
      for (const name of ['etag', 'cache-control', 'vary', 'content-security-policy']) {
        expect(again.headers?.[name]).toBe(first.headers?.[name]);
      }
    }
  });

  test('has a HEAD with the headers of its GET and no body', () => {
    for (const path of ['/', '/docs'] as const) {
      const headers = { 'accept-encoding': 'gzip' };
      const [head, get] = [ask(path, { method: 'HEAD', headers }), ask(path, { headers })];

      expect(head.headers).toEqual(get.headers);
      expect(bytesOf(head)).toHaveLength(0);
      expect(bytesOf(get).length).toBeGreaterThan(0);
    }
  });

  test.each(['main-OLD.js', '../site.json', '../index.html', 'main.js.br', '__proto__', 'constructor', '%2e%2e', ''])(
    'that does not exist is a problem document: "%s"',
    (file) => {
      const { statusCode, headers, body } = ask('/assets/{file}', { file });

      expect(statusCode).toBe(404);
      expect(headers).toMatchObject({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      expect(JSON.parse(body ?? '')).toMatchObject({
        code: 'route.not-found',
        status: 404,
        detail: expect.stringContaining(`/assets/${file}`),
        requestId: 'request-1',
      });
    },
  );
});

describe('a guide', () => {
  test.each(Object.keys(GUIDES))('%s is Markdown, and its links lead to what is served', (file) => {
    const page = ask('/guides/{file}', { file });

    expect(page.headers).toMatchObject({ 'content-type': 'text/markdown; charset=utf-8', 'cache-control': 'no-cache' });
    const text = bytesOf(page).toString();
    expect(text).toMatch(/^# \S/);
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.replace(/#.*/, ''));
    const others = targets.filter((target) => !/^(?:https?:.*|\/.*|)$/.test(target));
    expect(others.filter((target) => ask('/guides/{file}', { file: target }).statusCode !== 200)).toEqual([]);
  });

  test('that is not for users is not served', () => {
    expect(ask('/guides/{file}', { file: 'testing.md' }).statusCode).toBe(404);
  });
});

describe('the scripts', () => {
  test('of each view are small enough to arrive fast', () => {
    const views = [...importsOf(mainScript()).whenAsked].filter((name) => !name.startsWith('prerender'));
    const bytes = views.map((view) => gzipBytesOf(allThat(view)));

    expect(views.map((name) => name.replace(/-\w+\.js$/, '')).sort()).toEqual([
      ...['activity', 'agent', 'agents', 'overview', 'sync-point', 'tracker'],
    ]);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(SCRIPT_BUDGET_BYTES);
  });

  test('are without source maps, and the viewer without the image of its makers', () => {
    for (const name of assets()) {
      const text = readFileSync(join(directory, 'assets', name), 'utf8');

      expect(text).not.toMatch(/^\/\/# sourceMappingURL=/m);
      expect(text).not.toContain('cdn.redoc.ly');
    }
  });
});
