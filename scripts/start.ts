/** `npm start`. */
import '../laptop/lambda/load-bundles-as-they-are.mjs';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { LocalError, messageOf } from '../laptop/local-error';
import type { LocalStack } from '../laptop/local-stack';
import { readSettings } from '../laptop/settings';
import { captureOutput } from '../laptop/terminal';
import { startMuster } from './laptop-muster';

const startedAt = performance.now();
const terminal = captureOutput();
const abort = new AbortController();
let stack: LocalStack | undefined;
let stopping = false;
let dataDirectory: string | undefined;

function onSignal(): void {
  // Whoever presses Ctrl-C again doesn't want to wait; the store ends with this process anyway.
  if (stopping) process.exit(1);
  stopping = true;
  abort.abort();
  if (stack !== undefined) void stop(stack, 0);
}

async function stop(running: LocalStack, exitCode: number): Promise<void> {
  await running.stop();
  process.exit(exitCode);
}

function fail(error: unknown): never {
  const line = error instanceof LocalError ? error.message : `Muster failed unexpectedly: ${messageOf(error)}`;
  if (error instanceof Error) terminal.debug(error.stack ?? error.message);
  keepLog();
  terminal.print(`error: ${line.replace(/\s+/g, ' ').trim()}`);
  process.exit(1);
}

/** Only where a folder has been opened; a start that failed before has nothing to tell but its one line. */
function keepLog(): void {
  if (dataDirectory === undefined || !existsSync(dataDirectory)) return;
  try {
    terminal.openLog(path.join(dataDirectory, 'muster.log'));
  } catch {
    // not writable, which is what the error is about
  }
}

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
process.on('SIGHUP', onSignal);
process.on('unhandledRejection', (reason) => {
  terminal.warn(`a rejection was not handled: ${messageOf(reason)}`);
});
process.on('uncaughtException', fail);

try {
  const settings = readSettings(process.env);
  dataDirectory = settings.dataDirectory;
  const running = await startMuster(settings, terminal, abort.signal);
  keepLog();
  stack = running;
  if (abort.signal.aborted) await stop(running, 0);
  terminal.debug(`resource types without effect on a laptop: ${running.ignoredTypes.join(', ')}`);
  terminal.print(`Muster is ready at ${running.url} (in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s)`);
  terminal.print(`  data and logs   ${path.resolve(settings.dataDirectory)}`);
  if (running.adminTokenIsNew) terminal.print(`  admin token     ${running.adminToken}`);
  terminal.print(`  admin token in  ${running.adminTokenFile ?? 'MUSTER_ADMIN_TOKEN'}`);
  terminal.print(
    `  AWS services    ${running.awsEndpoint} (AWS_ENDPOINT_URL; all variables in ${running.awsEnvironmentFile})`,
  );
  void running.broken.then(async (error) => {
    if (stopping) return;
    stopping = true;
    terminal.print(`error: ${error.message}`);
    await stop(running, 1);
  });
} catch (error) {
  if (abort.signal.aborted) process.exit(0);
  fail(error);
}
