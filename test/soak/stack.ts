/** The laptop stack under soak: what `npm start` runs, on one port and one data directory over all its lives. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { freePort } from '../../laptop/loopback';
import { isRunning } from '../../laptop/lock-file';
import { type RunningMuster, runMuster } from '../support/start-muster';
import type { Agent } from './client';
import { childrenOf, type ProcessSample, readSamples } from './process-sample';

/** DynamoDB Local waits for the disk at every write; memory spares that, and survives the kill of a process as well. */
const FAST_DIRECTORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const ADMIN_TOKEN = 'soak-admin-token-of-32-characters-or-more';
const GONE_WITHIN_MS = 20_000;

/** So short that reminders and their end are part of a run. */
const REMINDERS = { intervalSeconds: 5, limit: 2 };

export interface SoakStackOptions {
  readonly proxyUrl: string;
  readonly sampleEveryMs: number;
  /** Gets what each life of the stack printed. */
  readonly logDirectory: string;
}

export class SoakStack {
  readonly admin: Agent = { id: 'muster:operator', token: ADMIN_TOKEN };
  readonly #dataDirectory = mkdtempSync(path.join(FAST_DIRECTORY, 'muster-soak-'));
  readonly #options: SoakStackOptions;
  #running: RunningMuster | undefined;
  #port = 0;
  #lives = 0;
  #up = new Gate();
  #killed: readonly number[] = [];
  #starting: Promise<void> | undefined;
  #stopped = false;

  constructor(options: SoakStackOptions) {
    this.#options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get lives(): number {
    return this.#lives;
  }

  /** Resolves when there is a stack to ask. */
  whenUp(): Promise<void> {
    return this.#up.opened;
  }

  async start(): Promise<void> {
    this.#starting = this.#start();
    await this.#starting;
  }

  async #start(): Promise<void> {
    if (this.#port === 0) this.#port = await freePort();
    this.#lives += 1;
    this.#running = await runMuster({
      dataDirectory: this.#dataDirectory,
      adminToken: ADMIN_TOKEN,
      environment: {
        MUSTER_PORT: String(this.#port),
        MUSTER_STAGE_SETTINGS: `reminderIntervalSeconds=${REMINDERS.intervalSeconds} reminderLimit=${REMINDERS.limit}`,
        // All that the functions need is recorded by the e2e suite; this is no run of it.
        MUSTER_RECORD_CALLS: '',
        NODE_OPTIONS: `--import tsx --import ${pathToFileURL(path.resolve('test/soak/inside.mjs')).href}`,
        SOAK_PROXY: this.#options.proxyUrl,
        SOAK_SAMPLES: this.#samplesFile,
        SOAK_SAMPLE_EVERY_MS: String(this.#options.sampleEveryMs),
      },
    });
    this.#up.open();
  }

  /** `kill -9`, at once: the process that serves, and with it DynamoDB Local. */
  kill(): void {
    this.#up = new Gate();
    const { pid } = this;
    this.#killed = [pid, ...childrenOf(pid).map((child) => child.pid)];
    process.kill(pid, 'SIGKILL');
  }

  /** After a kill: waits until nothing of the last life is left, and starts the next. */
  async restart(): Promise<void> {
    const killed = this.#running;
    const untilMs = Date.now() + GONE_WITHIN_MS;
    while ((killed?.child.exitCode === null || this.#killed.some(isRunning)) && Date.now() < untilMs) await delay(20);
    this.#keepLog();
    if (!this.#stopped) await this.start();
  }

  /** The process that serves, not the one that `npm start` is. */
  get pid(): number {
    return Number(readFileSync(path.join(this.#dataDirectory, 'lock'), 'utf8').split(' ')[0]);
  }

  get #samplesFile(): string {
    return path.join(this.#dataDirectory, 'soak-samples.jsonl');
  }

  samples(): ProcessSample[] {
    return readSamples(this.#samplesFile);
  }

  /** What was given up on; each needs a person. */
  deadLetters(): string[] {
    const file = path.join(this.#dataDirectory, 'dead-letters.jsonl');
    return existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      : [];
  }

  /** Schedules that have not fired yet, by their journal: the last line about each counts. */
  pendingSchedules(): string[] {
    const file = path.join(this.#dataDirectory, 'schedules.jsonl');
    const pending = new Set<string>();
    for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
      if (line === '') continue;
      const { put, remove } = JSON.parse(line) as { put?: { groupName: string; name: string }; remove?: string };
      if (put) pending.add(`${put.groupName}/${put.name}`);
      if (remove !== undefined) pending.delete(remove);
    }
    return [...pending];
  }

  /** Errors that nothing has caught, in what this life has printed. */
  complaints(): string[] {
    const printed = this.#running?.output().split('\n') ?? [];
    return printed.filter((line) =>
      /a rejection was not handled|Muster failed unexpectedly|a lane of the stream stopped/.test(line),
    );
  }

  /** Ends it and what it has kept. May be called at any time, and more than once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#starting?.catch(() => undefined);
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) {
      if (running.child.exitCode === null) await running.stop();
      writeFileSync(this.#logFile, running.output());
      const log = path.join(this.#dataDirectory, 'muster.log');
      if (existsSync(log)) copyFileSync(log, path.join(this.#options.logDirectory, 'functions.log'));
    }
    rmSync(this.#dataDirectory, { recursive: true, force: true });
  }

  get #logFile(): string {
    return path.join(this.#options.logDirectory, `muster-${this.#lives}.log`);
  }

  #keepLog(): void {
    writeFileSync(this.#logFile, this.#running?.output() ?? '');
  }
}

/** Something to wait for. */
class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}
