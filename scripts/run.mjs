/**
 * `npm start`, `npm run demo`, `npm test` and others in a fresh clone: checks Node, installs what is missing, then runs
 * the command.
 *
 * Plain JavaScript of any age without dependencies, because it runs before there are any, and on a Node that is too
 * old.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];
const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const TSX = ['--import', 'tsx'];

/** What each name runs, and with which variables on top of the caller's; docs/testing.md has the kinds of test. */
const COMMANDS = {
  start: { args: [...TSX, 'scripts/start.ts'] },
  demo: { args: [...TSX, 'scripts/demo.ts'] },
  test: { args: JEST },
  'test:all': { args: JEST, env: { MUSTER_TESTS: 'all' } },
  'test:properties': { args: [...JEST, '--selectProjects=properties'], env: { MUSTER_TESTS: 'all' } },
  'test:herd': { args: [...JEST, '--selectProjects=herd'], env: { MUSTER_TESTS: 'herd' } },
  'test:browser': { args: [...JEST, '--selectProjects=browser'], env: { MUSTER_TESTS: 'browser' } },
  screenshots: { args: [...JEST, '--selectProjects=screenshots'], env: { MUSTER_TESTS: 'screenshots' } },
  'test:dynamodb-local': {
    args: [...JEST, '--selectProjects=integration'],
    env: { MUSTER_STORE: 'dynamodb-local' },
  },
  examples: { args: [...JEST, 'api-examples', '--selectProjects=integration'], env: { MUSTER_EXAMPLES: 'write' } },
  'verify-aws': { args: [...TSX, 'test/aws/verify.ts'], env: { MUSTER_TESTS: 'all' } },
};

/** Of the lock file that node_modules was installed from; inside node_modules, so that it goes with it. */
const STAMP = path.join(ROOT, 'node_modules', '.muster-installed');

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const tooOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (tooOld) fail(`Muster needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}

/**
 * By the content of the lock file, not by dates, which a checkout changes. Somebody who ran `npm ci` or `npm install`
 * has no stamp yet: then npm's own record, node_modules/.package-lock.json, says whether the same versions are there.
 */
function isInstalled() {
  if (!existsSync(path.join(ROOT, 'node_modules'))) return false;
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockHash()) return true;
  return hasEveryPackage();
}

function hasEveryPackage() {
  try {
    const locked = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages;
    const record = path.join(ROOT, 'node_modules', '.package-lock.json');
    const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
    return Object.entries(locked).every(([folder, { version, optional }]) => {
      // Optional ones are for other platforms, mostly.
      if (folder === '' || (optional && installed[folder] === undefined)) return true;
      return installed[folder]?.version === version && existsSync(path.join(ROOT, folder, 'package.json'));
    });
  } catch {
    return false;
  }
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(path.join(ROOT, 'package-lock.json')))
    .digest('hex');
}

async function install() {
  process.stdout.write('Installing packages (npm ci)…\n');
  rmSync(STAMP, { force: true });
  const windows = process.platform === 'win32';
  const code = await run(windows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund'], { shell: windows });
  if (code !== 0) fail(`npm ci failed with exit code ${code}; its output is above.`);
}

function writeStamp() {
  try {
    if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== lockHash()) writeFileSync(STAMP, lockHash());
  } catch {
    // Packages that this user may read but not write: they are compared one by one at every start.
  }
}

/**
 * Signals are passed on, and this process ends when the child has, with its exit code. Ctrl-C reaches both from the
 * terminal; the child would take a second one as "at once", so it is passed on only where it came from somewhere else.
 */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
    const forward = {
      SIGTERM: () => child.kill('SIGTERM'),
      SIGHUP: () => child.kill('SIGHUP'),
      SIGINT: () => process.stdin.isTTY || child.kill('SIGINT'),
    };
    for (const [signal, handler] of Object.entries(forward)) process.on(signal, handler);
    const done = (code) => {
      for (const [signal, handler] of Object.entries(forward)) process.off(signal, handler);
      resolve(code);
    };
    child.once('error', (error) => {
      process.stderr.write(`error: ${command} cannot be run: ${error.message}\n`);
      done(1);
    });
    child.once('exit', (code, signal) => done(code ?? (signal === null ? 1 : 128)));
  });
}

checkNode();
// The AWS SDK warns on Node 20, in six lines, that its versions of 2027 will not run there; ours are locked.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const [name = 'start', ...rest] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) fail(`The command is '${name}'; allowed: ${Object.keys(COMMANDS).join(', ')}.`);
if (!isInstalled()) await install();
writeStamp();
process.exitCode = await run(process.execPath, [...command.args, ...rest], {
  env: { ...process.env, ...command.env },
});
