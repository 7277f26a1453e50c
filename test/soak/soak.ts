/** A whole soak: warm-up, load with faults and kills, quiet, and the checks. */
import { setTimeout as delay } from 'node:timers/promises';
import { mapConcurrently } from '../../lib/common/concurrency';
import { randomFrom } from '../support/request-control';
import { register } from './agent-scene';
import { checkAll, checkConsequences } from './check';
import { checkProcesses } from './check-processes';
import { type Agent, SoakClient } from './client';
import { FaultPlan } from './fault-plan';
import { type FaultProxy, startFaultProxy } from './fault-proxy';
import { Ledger } from './ledger';
import { playScenes } from './load';
import type { Contradiction } from './observation';
import { observeAll, observeConsequences, type Observer } from './observe';
import type { ProcessSample } from './process-sample';
import type { Stage } from './scene';
import { SoakStack } from './stack';
import { type OperationFigures, Statistics } from './statistics';
import type { Verdict } from './verdict';

export interface SoakOptions {
  /** Of load with faults. */
  readonly minutes: number;
  readonly seed: number;
  /** Scenes at once. */
  readonly players: number;
  /** How often the whole stack is killed. */
  readonly kills: number;
  readonly logDirectory: string;
  readonly say: (line: string) => void;
}

export interface Summary {
  readonly minutes: number;
  readonly seed: number;
  readonly operations: readonly OperationFigures[];
  readonly faults: readonly { readonly service: string; readonly fault: string; readonly times: number }[];
  readonly kills: number;
  readonly samples: readonly ProcessSample[];
  readonly verdicts: readonly Verdict[];
  readonly contradictions: readonly Contradiction[];
}

/** Enough for the largest sync point. */
const AGENTS = 64;
const REGISTERED_AT_ONCE = 8;
const DROPPED_PERCENT = 4;

/** Without faults, so that all code is loaded and every cache has its size. */
const LONGEST_WARM_UP_MS = 20_000;
/** Connections that nobody uses are closed after 5 s by either side; after that a sample is waited for. */
const CLOSED_AFTER_MS = 8_000;
/** Timers are late when the machine is busy. */
const SAMPLING_SLACK = 1.3;

/** By when all must be well after the faults have stopped. */
const SETTLE_LIMIT_MS = 120_000;
const LOOK_AGAIN_MS = 2_000;
const LOOK_FOR_KILL_MS = 50;

/** The first and last kill, as parts of the load: early, so that the last life is long enough to grow. */
const KILLS = { first: 0.1, last: 0.25 };
const KILL_OFF_MS = 700;

/** Each sample collects garbage first, which takes a tenth of a second or more. */
const SHORTEST_SAMPLING_MS = 2_000;
const LONGEST_SAMPLING_MS = 10_000;
const SAMPLES_WANTED = 60;

export class Soak {
  readonly #options: SoakOptions;
  readonly #random: () => number;
  readonly #plan: FaultPlan;
  readonly #statistics = new Statistics();
  readonly #ledger = new Ledger();
  readonly #objections: Contradiction[] = [];
  #proxy: FaultProxy | undefined;
  #stack: SoakStack | undefined;
  #stopping = false;
  #killed = 0;
  #ids = 0;

  constructor(options: SoakOptions) {
    this.#options = options;
    this.#random = randomFrom(options.seed);
    this.#plan = new FaultPlan(randomFrom(options.seed + 1));
  }

  async run(): Promise<Summary> {
    const { minutes, seed, logDirectory, players, say } = this.#options;
    const loadMs = minutes * 60_000;
    const proxy = (this.#proxy = await startFaultProxy(this.#plan, randomFrom(seed + 2)));
    const sampleEveryMs = Math.min(Math.max(loadMs / SAMPLES_WANTED, SHORTEST_SAMPLING_MS), LONGEST_SAMPLING_MS);
    const sampledWithinMs = sampleEveryMs * SAMPLING_SLACK;
    const idleMs = CLOSED_AFTER_MS + sampledWithinMs;
    const stack = (this.#stack = new SoakStack({ proxyUrl: proxy.url, logDirectory, sampleEveryMs }));
    say('starting the laptop stack…');
    await stack.start();
    const client = new SoakClient({
      baseUrl: stack.url,
      random: this.#random,
      statistics: this.#statistics,
      whenUp: () => stack.whenUp(),
    });
    const agents = await this.#registerAgents(client, stack.admin);
    const observer: Observer = { client, admin: stack.admin, agents, ledger: this.#ledger };

    const warmUpMs = Math.min(loadMs / 5, LONGEST_WARM_UP_MS);
    say(`${stack.url}: warming up for ${seconds(warmUpMs)}, then idle for ${seconds(idleMs)}…`);
    await playScenes(this.#stage(observer, warmUpMs), players);
    await this.#pause(idleMs);
    const idleBeforeMs = Date.now();

    say(`load with faults for ${seconds(loadMs)}, ${players} scenes at once, seed ${seed}…`);
    this.#plan.active = true;
    client.droppedPercent = DROPPED_PERCENT;
    await Promise.all([playScenes(this.#stage(observer, loadMs), players), this.#killNowAndThen(loadMs)]);
    this.#plan.active = false;
    client.droppedPercent = 0;
    const loadEndMs = Date.now();

    say(`the faults have stopped; all must be well within ${seconds(SETTLE_LIMIT_MS)}…`);
    const settled = await this.#settle(observer, loadEndMs);
    say(`idle for ${seconds(idleMs)}…`);
    await this.#pause(idleMs);
    return this.#summary(stack, client, settled, { idleBeforeMs, loadEndMs, idleAfterMs: Date.now(), sampledWithinMs });
  }

  /** Ends all that was started. May be called at any time, and more than once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#stack?.stop();
    await this.#proxy?.stop();
  }

  async #registerAgents(client: SoakClient, admin: Agent): Promise<Agent[]> {
    const ids = Array.from({ length: AGENTS }, (_, index) => `agent-${index}`);
    return mapConcurrently(ids, REGISTERED_AT_ONCE, async (id) => {
      const agent = await register({ client, ledger: this.#ledger, admin }, id);
      if (!agent) throw new Error(`The agent ${id} could not be registered.`);
      return agent;
    });
  }

  #stage(observer: Observer, durationMs: number): Stage {
    const untilMs = Date.now() + durationMs;
    return {
      ...observer,
      random: this.#random,
      isOver: () => this.#stopping || Date.now() >= untilMs,
      object: (contradiction) => this.#objections.push(contradiction),
      freshId: (prefix) => `${prefix}-${(this.#ids += 1)}`,
    };
  }

  /** `kill -9` of the whole stack, right before or after a write of its own. */
  async #killNowAndThen(loadMs: number): Promise<void> {
    const { kills, say } = this.#options;
    const began = Date.now();
    for (let kill = 0; kill < kills; kill += 1) {
      const part = kills === 1 ? KILLS.first : KILLS.first + ((KILLS.last - KILLS.first) * kill) / (kills - 1);
      await this.#pause(began + part * loadMs - Date.now());
      const stack = this.#stack;
      if (this.#stopping || !stack) return;
      const when = kill % 2 === 0 ? 'after' : 'before';
      const killed = { byNow: false };
      const cancel = this.#proxy?.atNextWrite(when, () => {
        stack.kill();
        killed.byNow = true;
      });
      // Without load there may be no write any more to be killed at.
      const isOver = (): boolean => this.#stopping || Date.now() >= began + loadMs;
      while (!killed.byNow && !isOver()) await this.#pause(LOOK_FOR_KILL_MS);
      if (!killed.byNow) {
        cancel?.();
        say('not killed: there was no write any more');
        return;
      }
      this.#killed += 1;
      say(`killed the stack ${when} a write; starting it again…`);
      await this.#pause(KILL_OFF_MS);
      // A start is no part of what is proven here.
      this.#plan.active = false;
      await stack.restart();
      this.#plan.active = !this.#stopping;
    }
  }

  /** Until nothing contradicts the ledger any more, or the time is up. */
  async #settle(
    observer: Observer,
    fromMs: number,
  ): Promise<{ readonly contradictions: readonly Contradiction[]; readonly tookMs: number }> {
    const { say } = this.#options;
    const inTime = (): boolean => Date.now() < fromMs + SETTLE_LIMIT_MS && !this.#stopping;
    let contradictions: readonly Contradiction[];
    // Events and inboxes first, which must come about without anybody looking at what they are about.
    for (;;) {
      contradictions = checkConsequences(this.#ledger, await observeConsequences(observer), fromMs);
      if (contradictions.length === 0 || !inTime()) break;
      say(
        `  ${contradictions.length} not yet, like ${contradictions[0]?.id ?? ''}: ${contradictions[0]?.sentence ?? ''}`,
      );
      await this.#pause(LOOK_AGAIN_MS);
    }
    const tookMs = Date.now() - fromMs;
    say(`events and inboxes after ${seconds(tookMs)}; reading everything…`);
    for (;;) {
      contradictions = checkAll(this.#ledger, await observeAll(observer), fromMs);
      if (contradictions.length === 0 || !inTime()) return { contradictions, tookMs };
      say(
        `  ${contradictions.length} not yet, like ${contradictions[0]?.id ?? ''}: ${contradictions[0]?.sentence ?? ''}`,
      );
      await this.#pause(LOOK_AGAIN_MS);
    }
  }

  #summary(
    stack: SoakStack,
    client: SoakClient,
    settled: { readonly contradictions: readonly Contradiction[]; readonly tookMs: number },
    times: {
      readonly idleBeforeMs: number;
      readonly loadEndMs: number;
      readonly idleAfterMs: number;
      readonly sampledWithinMs: number;
    },
  ): Summary {
    const { minutes, seed } = this.#options;
    const samples = stack.samples();
    const operations = this.#statistics.figures();
    const between = (fromMs: number, toMs: number): ProcessSample[] =>
      samples.filter(({ atMs }) => atMs > fromMs && atMs <= toMs);
    const idle = (toMs: number): ProcessSample[] => between(toMs - times.sampledWithinMs, toMs);
    const lastPid = samples.at(-1)?.pid;
    const deadLetters = stack.deadLetters();
    const schedules = stack.pendingSchedules();
    const { internalErrors } = client;
    const complaints = stack.complaints();
    return {
      minutes,
      seed,
      operations,
      faults: [...this.#plan.met].flatMap(([service, faults]) =>
        [...faults].map(([fault, times]) => ({ service, fault, times })),
      ),
      kills: this.#killed,
      samples,
      contradictions: [...settled.contradictions, ...this.#objections],
      verdicts: [
        {
          check: 'nothing is lost, nothing doubled',
          holds: settled.contradictions.length === 0 && settled.tookMs <= SETTLE_LIMIT_MS,
          detail: `${settled.contradictions.length} contradictions; events and inboxes were complete after ${seconds(settled.tookMs)} of ${seconds(SETTLE_LIMIT_MS)}`,
        },
        {
          check: 'readers saw nothing wrong',
          holds: this.#objections.length === 0,
          detail: `${this.#objections.length} objections`,
        },
        {
          check: 'nothing was given up on',
          holds: deadLetters.length === 0,
          detail: `${deadLetters.length} dead letters ${deadLetters[0]?.slice(0, 300) ?? ''}`,
        },
        {
          check: 'no schedule is left',
          holds: schedules.length === 0,
          detail: `${schedules.length} ${schedules[0] ?? ''}`,
        },
        {
          check: 'no function answered 500',
          holds: internalErrors.length === 0,
          detail: `${internalErrors.length} did; the gateway does when an authorizer fails, and what passes by itself is a 503 with Retry-After ${internalErrors[0] ?? ''}`,
        },
        {
          check: 'no error went uncaught',
          holds: complaints.length === 0 && stack.lives === this.#killed + 1,
          detail: `${complaints.length} complaints ${complaints[0] ?? ''}`,
        },
        ...checkProcesses({
          underLoad: between(times.idleBeforeMs, times.loadEndMs).filter(({ pid }) => pid === lastPid),
          idleBefore: idle(times.idleBeforeMs),
          idleAfter: idle(times.idleAfterMs),
        }),
      ],
    };
  }

  /** Shorter when it is being stopped. */
  async #pause(ms: number): Promise<void> {
    const untilMs = Date.now() + ms;
    while (Date.now() < untilMs && !this.#stopping) await delay(Math.min(200, untilMs - Date.now()));
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
