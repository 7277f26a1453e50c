/**
 * Loaded into each thread of `npm start` before anything else (NODE_OPTIONS), so that nothing of the soak is in the
 * product: leads what the functions send to AWS to the fault proxy, and writes down how the process is, a line of JSON
 * at a time. Plain JavaScript, because on Node 20 tsx doesn't reach other threads than the main one.
 */
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

const { SOAK_PROXY, SOAK_SAMPLES, SOAK_SAMPLE_EVERY_MS } = process.env;

/** `npm start` has a second process around the one that serves. */
const isServing = process.argv[1]?.endsWith(path.join('scripts', 'start.ts')) === true;

/** What the SDKs send is signed; nothing else is. */
const SIGNATURE = /^AWS4-HMAC-SHA256 /;

/** Functions run on the main thread and on the one behind it. */
function redirectTo(proxy) {
  const original = http.request;
  http.request = (...args) => {
    const [options, ...rest] = args;
    const authorization = options.headers?.authorization;
    if (typeof authorization !== 'string' || !SIGNATURE.test(authorization)) return original(...args);
    return original({ ...options, host: proxy.hostname, hostname: proxy.hostname, port: proxy.port }, ...rest);
  };
  syncBuiltinESMExports();
}

async function sampleEvery(everyMs, file) {
  const { sampleThisProcess } = await import('./process-sample.ts');
  // The flag can't be given in NODE_OPTIONS on Node 20.
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  setInterval(() => {
    collectGarbage();
    appendFileSync(file, `${JSON.stringify(sampleThisProcess())}\n`);
  }, everyMs).unref();
}

if (isServing && SOAK_PROXY !== undefined) redirectTo(new URL(SOAK_PROXY));
if (isServing && isMainThread) {
  // For processes that this one starts.
  Reflect.deleteProperty(process.env, 'NODE_OPTIONS');
  if (SOAK_SAMPLES !== undefined) await sampleEvery(Number(SOAK_SAMPLE_EVERY_MS), SOAK_SAMPLES);
}
