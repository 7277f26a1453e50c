/** The console's files over real HTTP: what is compressed arrives as it was built, whatever the gateway does to it. */
import { get, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { expectProblem, nobody, stackUrl } from '../support/http-client';

interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Unlike fetch, it leaves the body as it is. */
async function read(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Received> {
  const url = `${stackUrl()}${path}`;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    (url.startsWith('https:') ? getSecurely : get)(url, { headers }, resolve).on('error', reject);
  });
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

async function scriptsOf(page: string): Promise<string[]> {
  const { body } = await read(page);
  return [...body.toString().matchAll(/<script [^>]*src="(.*?)"/g)].map(([, url = '']) => url);
}

test.each(['/', '/docs'])('the script of %s arrives whole in every coding', async (page) => {
  const [script = 'no script'] = await scriptsOf(page);
  const plain = await read(script, { 'accept-encoding': 'identity' });
  expect([plain.status, plain.headers['content-encoding']]).toEqual([200, undefined]);
  expect(plain.headers['content-type']).toMatch(/^text\/javascript/);
  expect(plain.body.length).toBeGreaterThan(1_000);

  const packed = await read(script, { 'accept-encoding': 'br' });
  expect([packed.status, packed.headers['content-encoding']]).toEqual([200, 'br']);
  expect(brotliDecompressSync(packed.body).equals(plain.body)).toBe(true);
  const zipped = await read(script, { 'accept-encoding': 'gzip' });
  expect([zipped.status, zipped.headers['content-encoding']]).toEqual([200, 'gzip']);
  expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
});

test('a page can be opened by the URL of what it shows, with its policy, and is not sent twice', async () => {
  const page = await read('/sync-points/nightly', { 'accept-encoding': 'br' });
  expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(brotliDecompressSync(page.body).equals((await read('/')).body)).toBe(true);

  const known = { 'accept-encoding': 'br', 'if-none-match': String(page.headers.etag) };
  const again = await read('/sync-points/nightly', known);
  expect([again.status, again.body.length]).toEqual([304, 0]);
});

test('a guide is Markdown', async () => {
  const guide = await read('/guides/events.md');
  expect([guide.status, guide.headers['content-type']]).toEqual([200, 'text/markdown; charset=utf-8']);
  expect(guide.body.toString()).toMatch(/^# Events and messages\n/);
});

test('a browser gets a page where there is none', async () => {
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const missing = await read('/sync-points', browser);
  expect([missing.status, missing.headers['content-type']]).toEqual([404, 'text/html; charset=UTF-8']);
  expect(missing.headers['content-security-policy']).toContain("default-src 'none'");
  expect(missing.body.toString()).toContain('There is no page <code>/sync-points</code>');
  expect((await read("/%3Cb%3E&'", browser)).body.toString()).toContain(
    'There is no page <code>/%3Cb%3E&amp;&#39;</code>',
  );
});

test('what is no page, no file or no method of a page is a problem', async () => {
  const anyone = nobody();
  expectProblem(await anyone.get('/assets/main-OLD.js'), 404, 'route.not-found');
  expectProblem(await anyone.get('/sync-points'), 404, 'route.not-found');
  const refused = await anyone.post('/sync-points/nightly', {});
  expectProblem(refused, 405, 'route.method-not-allowed');
  expect(refused.headers.get('allow')).toBe('GET, HEAD');
});
