/**
 * `npm run verify:aws`: deploys stage dev with the CDK to an AWS that isn't ours, MiniStack, and runs the e2e suite
 * against it; then what only a deployment can show. With MUSTER_URL and MUSTER_ADMIN_TOKEN set it runs the suite
 * against that stack, and nothing else.
 */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { acquireLock, LockedError } from '../../laptop/lock-file';
import { PythonError, pythonEnvironment } from '../../scripts/python-environment';
import { findChromium } from '../support/chromium';
import { bootstrap, type Cdk, deploy, destroy, STACK_NAME, synth } from './cdk';
import { run, stopAll } from './commands';
import { listenersOf } from './loopback';
import { apiUrlByPath, emulatorEnvironment, startMiniStack } from './ministack';
import { say, sayAllDone, sayFailure, step } from './steps';
import { VerifyError } from './verify-error';

/** Below the checkout: the logs of the last run of each kind, and who is running. */
const DIRECTORY = path.resolve('.muster-verify');

/** MiniStack starts a process of Node, of 80 MB, for every request under way, and answers none in less than 100 ms. */
const EMULATOR_SIZES = {
  MUSTER_TEST_HERD: '100',
  MUSTER_TEST_FUZZ: '6',
  MUSTER_TEST_IN_FLIGHT: '8',
  MUSTER_TEST_DEADLINE_SECONDS: '10',
};

interface Stack {
  readonly MUSTER_URL: string;
  readonly MUSTER_ADMIN_TOKEN: string;
}

/** Tests of the laptop host itself are not about a deployed stack. */
const runSuite = (stack: Stack, env: NodeJS.ProcessEnv, logs: string, left: readonly string[] = []): Promise<string> =>
  runJest(
    { ...env, ...stack },
    [
      // One file after the other: what the tests wait for takes long enough there.
      ...['--selectProjects', 'e2e', '--runInBand', '--testPathIgnorePatterns', 'e2e/laptop-'],
      ...left.map((name) => `e2e/${name}\\.`),
    ],
    logs,
  );

/** In a browser, which resolves the name that the stack's output has. */
async function verifyConsole(stack: Stack, env: NodeJS.ProcessEnv, logs: string): Promise<void> {
  try {
    findChromium();
  } catch (error) {
    say(`left out: the console in a browser, since ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  await step('the console in a browser', () =>
    runJest(
      { ...env, ...stack, MUSTER_TESTS: 'browser' },
      // How accessible a view is doesn't depend on where it is served.
      ['--selectProjects', 'browser', '--runInBand', '--testPathIgnorePatterns', 'browser/accessibility'],
      logs,
    ),
  );
}

const runJest = (env: NodeJS.ProcessEnv, args: readonly string[], logs: string): Promise<string> =>
  run('the tests', {
    program: process.execPath,
    args: ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...args],
    env,
    logFile: path.join(logs, `jest-${args[1] ?? ''}.log`),
    show: true,
  });

/** The tests of `muster admin` write past the API: only where it is said which stack that may be done to. */
async function verifyDeployed(stack: Stack, logs: string): Promise<void> {
  await step(`looking for Muster at ${stack.MUSTER_URL}`, () => checkAccess(stack));
  const { MUSTER_STAGE: stage } = process.env;
  if (stage) await step(`looking for Muster-${stage}`, () => checkStage(stage, stack.MUSTER_URL));
  const left = stage ? [] : ['redrive'];
  await step(`e2e suite against ${stack.MUSTER_URL}`, () => runSuite(stack, process.env, logs, left));
  await verifyConsole(stack, process.env, logs);
  if (!stage) say('left out: redrive, which needs AWS credentials and MUSTER_STAGE');
}

/** @throws VerifyError unless there is a Muster that knows the token as an admin's */
async function checkAccess({ MUSTER_URL, MUSTER_ADMIN_TOKEN }: Stack): Promise<void> {
  const wrong = (what: string): VerifyError =>
    new VerifyError(
      `${what}; MUSTER_URL is the ApiUrl of the stack, like https://….execute-api.eu-central-1.amazonaws.com.`,
    );
  let answer: Response;
  try {
    answer = await fetch(`${MUSTER_URL}/v1/me`, {
      headers: { authorization: `Bearer ${MUSTER_ADMIN_TOKEN}` },
      signal: AbortSignal.timeout(30_000),
    });
  } catch (error) {
    const { cause, message } = error as Error;
    throw wrong(`${MUSTER_URL} can't be reached (${cause instanceof Error ? cause.message : message})`);
  }
  if (answer.status === 401) throw new VerifyError(`Muster at ${MUSTER_URL} refuses the MUSTER_ADMIN_TOKEN.`);
  const me = answer.ok ? ((await answer.json().catch(() => ({}))) as { role?: unknown }) : {};
  if (me.role === undefined) throw wrong(`${MUSTER_URL}/v1/me answered ${answer.status}, which is not Muster`);
  if (me.role !== 'admin')
    throw new VerifyError(`The MUSTER_ADMIN_TOKEN is that of a caller with the role ${JSON.stringify(me.role)}.`);
}

/** @throws VerifyError unless the stack of the stage is the one at that URL */
async function checkStage(stage: string, url: string): Promise<void> {
  const name = `Muster-${stage}`;
  const described = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: name }));
  const apiUrl = described.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'ApiUrl')?.OutputValue ?? 'none';
  if (apiUrl.replace(/\/$/, '') !== url.replace(/\/$/, '')) {
    throw new VerifyError(`MUSTER_URL is ${url}, but the ApiUrl of ${name} (MUSTER_STAGE) is ${apiUrl}.`);
  }
}

async function verifyWithEmulator(logs: string, scratch: string): Promise<void> {
  const python = await step('installing MiniStack', installMiniStack);
  const { endpoint, process: emulator } = await step('starting MiniStack', () =>
    startMiniStack(python, scratch, path.join(logs, 'ministack.log')),
  );
  say(`MiniStack is at ${endpoint}, its log in ${path.join(logs, 'ministack.log')}`);
  const env = emulatorEnvironment(endpoint, scratch);
  const cdk: Cdk = { env, directory: logs };

  const assembly = await step('cdk synth', () => synth(cdk));
  await step('cdk bootstrap', () => bootstrap(cdk, assembly));
  const outputs = await step('cdk deploy', () => deploy(cdk, assembly));
  const stack: Stack = {
    MUSTER_URL: apiUrlByPath(endpoint, outputs.ApiUrl),
    MUSTER_ADMIN_TOKEN: await step('muster admin create-token', () => createToken(env, logs)),
  };
  const sizes = Object.entries(EMULATOR_SIZES).map(([name, value]) => `${name}=${value}`);
  await step(`e2e suite, with ${sizes.join(', ')}`, () => runSuite(stack, { ...env, ...EMULATOR_SIZES }, logs));
  await verifyConsole(stack, { ...env, MUSTER_CONSOLE_URL: outputs.ApiUrl }, logs);
  checkLoopback(emulator.pid);
  await step('redeploying, and differences of the emulator', () =>
    runJest(
      { ...env, ...stack, MUSTER_EMULATOR: logs, MUSTER_TABLE: outputs.TableName },
      ['--selectProjects', 'aws', '--runInBand'],
      logs,
    ),
  );
  await step('cdk destroy', async () => {
    await destroy(cdk, assembly);
    await checkGone(env, outputs.TableName);
  });
}

/** Answers the Python that has it. @throws VerifyError if Python is missing or too old, or the packages can't be had */
function installMiniStack(): string {
  try {
    return pythonEnvironment('ministack', 'test/aws/requirements.txt').program('python');
  } catch (error) {
    throw error instanceof PythonError ? new VerifyError(error.message) : error;
  }
}

async function createToken(env: NodeJS.ProcessEnv, logs: string): Promise<string> {
  const args = ['cli/muster.mjs', 'admin', 'create-token'];
  const logFile = path.join(logs, 'create-token.log');
  const printed = await run('muster admin create-token', { program: process.execPath, args, env, logFile });
  const token = /^muster_\S+$/m.exec(printed)?.[0];
  if (token === undefined) throw new VerifyError('muster admin create-token printed no token.', printed);
  return token;
}

/** While the functions' processes of the suite are still there. */
function checkLoopback(pid: number): void {
  const listeners = listenersOf(pid);
  if (listeners === undefined) {
    say('listening addresses are not checked: this system has no /proc/net/tcp');
    return;
  }
  const others = listeners.filter(({ isLoopback }) => !isLoopback);
  if (others.length > 0) {
    const told = others.map(({ pid: of, address, port }) => `process ${of} on ${address}, port ${port}`);
    throw new VerifyError(`Something listens beyond loopback: ${told.join('; ')}.`);
  }
  if (listeners.length === 0) throw new VerifyError(`Process ${pid} of MiniStack listens on nothing.`);
  say(`listening addresses: ${listeners.length} on loopback, none beyond`);
}

async function checkGone(env: NodeJS.ProcessEnv, tableName: string): Promise<void> {
  const config = {
    endpoint: env['AWS_ENDPOINT_URL'] ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const left = await Promise.allSettled([
    new CloudFormationClient(config).send(new DescribeStacksCommand({ StackName: STACK_NAME })),
    new DynamoDBClient(config).send(new DescribeTableCommand({ TableName: tableName })),
  ]);
  const names = [`stack ${STACK_NAME}`, `table ${tableName}`].filter((_, index) => left[index]?.status === 'fulfilled');
  if (names.length > 0) throw new VerifyError(`After cdk destroy there still is ${names.join(' and ')}.`);
}

/** Ends what is running, at a signal too, and once only. */
let stopping: Promise<void> | undefined;
let unlock: (() => void) | undefined;
function cleanUp(scratch: string): Promise<void> {
  stopping ??= stopAll().then(() => {
    rmSync(scratch, { recursive: true, force: true });
    unlock?.();
  });
  return stopping;
}

/** @throws VerifyError if another run of this checkout is under way */
function lock(): () => void {
  mkdirSync(DIRECTORY, { recursive: true });
  try {
    return acquireLock(path.join(DIRECTORY, 'lock'));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new VerifyError(
      `Another npm run verify:aws is under way in this checkout (process ${error.holder ?? 'unknown'}).`,
    );
  }
}

function emptyLogs(kind: 'deployed' | 'emulator'): string {
  const logs = path.join(DIRECTORY, kind);
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  return logs;
}

async function main(): Promise<number> {
  const { MUSTER_URL, MUSTER_ADMIN_TOKEN } = process.env;
  const scratch = mkdtempSync(path.join(tmpdir(), 'muster-verify-'));
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    // More than once: the terminal, npm and the launcher may each send one, and none may cut the cleaning short.
    process.on(signal, () => {
      if (stopping !== undefined) return;
      say(`${signal}: stopping`);
      void cleanUp(scratch).then(() => process.exit(code));
    });
  }
  try {
    if (!MUSTER_URL !== !MUSTER_ADMIN_TOKEN) {
      const [set, missing] = MUSTER_URL ? ['MUSTER_URL', 'MUSTER_ADMIN_TOKEN'] : ['MUSTER_ADMIN_TOKEN', 'MUSTER_URL'];
      throw new VerifyError(`${set} is set and ${missing} is not; set both or none.`);
    }
    unlock = lock();
    if (MUSTER_URL && MUSTER_ADMIN_TOKEN) {
      await verifyDeployed({ MUSTER_URL: MUSTER_URL.replace(/\/$/, ''), MUSTER_ADMIN_TOKEN }, emptyLogs('deployed'));
    } else {
      await verifyWithEmulator(emptyLogs('emulator'), scratch);
    }
    return 0;
  } catch (thrown) {
    // A step that fails because everything is being stopped has nothing to tell.
    if (stopping === undefined) sayFailure(thrown);
    return 1;
  } finally {
    await cleanUp(scratch);
  }
}

const code = await main();
if (code === 0) sayAllDone();
process.exitCode = code;
