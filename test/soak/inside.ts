/**
 * Loaded into the process of `npm start` before anything else (NODE_OPTIONS), so that nothing of the soak is in the product:
 * leads what the functions send to AWS to the fault proxy, and writes down how the process is, a line of JSON at a time.
 */
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { sampleThisProcess } from './process-sample';

const { SOAK_PROXY, SOAK_SAMPLES, SOAK_SAMPLE_EVERY_MS } = process.env as Readonly<Record<string, string | undefined>>;

/** `npm start` has a second process around the one that serves. */
const isServing = isMainThread && process.argv[1]?.endsWith(path.join('local', 'main.ts')) === true;

/** What the SDKs send is signed; nothing else is. */
const SIGNATURE = /^AWS4-HMAC-SHA256 /;

function redirectTo(proxy: URL): void {
  const original = http.request;
  http.request = ((...args: Parameters<typeof original>) => {
    const [options, ...rest] = args as unknown as [http.RequestOptions, ...unknown[]];
    const headers = options.headers as Readonly<Record<string, unknown>> | undefined;
    const authorization = headers?.['authorization'];
    if (typeof authorization !== 'string' || !SIGNATURE.test(authorization)) return original(...args);
    const redirected = { ...options, host: proxy.hostname, hostname: proxy.hostname, port: proxy.port };
    return original(...([redirected, ...rest] as unknown as Parameters<typeof original>));
  }) as typeof original;
  syncBuiltinESMExports();
}

function sampleEvery(everyMs: number, file: string): void {
  // The flag can't be given in NODE_OPTIONS on Node 20.
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  setInterval(() => {
    collectGarbage();
    appendFileSync(file, `${JSON.stringify(sampleThisProcess())}\n`);
  }, everyMs).unref();
}

if (isServing) {
  // A thread of esbuild would load this file too, and wait for ever for this one, which waits for it.
  Reflect.deleteProperty(process.env, 'NODE_OPTIONS');
  if (SOAK_PROXY !== undefined) redirectTo(new URL(SOAK_PROXY));
  if (SOAK_SAMPLES !== undefined) sampleEvery(Number(SOAK_SAMPLE_EVERY_MS), SOAK_SAMPLES);
}
