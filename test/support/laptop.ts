import { expect } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRunning } from '../../laptop/lock-file';
import { HttpClient, pollUntil, register } from './http-client';
import { childrenOf } from './proc';
import { type RunningMuster, runMuster } from './start-muster';

/** A data directory, the stack that runs on it (or doesn't, at the moment), and agents that outlive it. */
export class Laptop {
  readonly dataDirectory = mkdtempSync(path.join(tmpdir(), 'muster-e2e-'));
  readonly #adminToken = `e2e-admin-${randomBytes(24).toString('hex')}`;
  #running: RunningMuster | undefined;

  /** On a free port, unless it is to be one that clients know already. */
  async start(port = '0'): Promise<void> {
    this.#running = await runMuster({
      dataDirectory: this.dataDirectory,
      adminToken: this.#adminToken,
      environment: { MUSTER_PORT: port },
    });
  }

  get url(): string {
    return this.#muster.url;
  }

  get #muster(): RunningMuster {
    if (!this.#running) throw new Error('not running');
    return this.#running;
  }

  /** Every start without a port has another. */
  as(client: HttpClient): HttpClient {
    return new HttpClient(this.#muster.url, client.id, client.token);
  }

  get operator(): HttpClient {
    return new HttpClient(this.#muster.url, 'muster:operator', this.#adminToken);
  }

  async agents(...ids: string[]): Promise<HttpClient[]> {
    return Promise.all(ids.map((id) => register(this.operator, id, id)));
  }

  /** The process that serves, not the one that `npm start` is. */
  get pid(): number {
    return Number(readFileSync(path.join(this.dataDirectory, 'lock'), 'utf8').split(' ')[0]);
  }

  get storePids(): number[] {
    const stores = childrenOf(this.pid).filter(({ command }) => ['dynoxide', 'java'].includes(command));
    return stores.map(({ pid }) => pid);
  }

  async stop(): Promise<void> {
    const { pid, storePids } = this;
    expect(storePids).toHaveLength(1);
    await this.#muster.stop();
    this.#running = undefined;
    await this.#allGone([pid, ...storePids]);
    expect(existsSync(path.join(this.dataDirectory, 'lock'))).toBe(false);
  }

  /** Ready to kill at once: nothing is to be found out any more when the moment has come. */
  prepareKill(): () => Promise<void> {
    const { pid, storePids } = this;
    const { child } = this.#muster;
    expect(storePids).toHaveLength(1);
    return async () => {
      process.kill(pid, 'SIGKILL');
      this.#running = undefined;
      await this.#allGone([pid, ...storePids]);
      await pollUntil(
        () => child.exitCode,
        (code) => code !== null,
      );
    };
  }

  async #allGone(pids: readonly number[]): Promise<void> {
    await pollUntil(
      () => pids.filter(isRunning),
      (left) => left.length === 0,
      { limitMs: 10_000, everyMs: 20 },
    );
  }

  async end(): Promise<void> {
    await this.#running?.stop();
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }
}
