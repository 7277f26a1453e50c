/** Which requests of the functions to AWS go wrong, and how, by lot. The lots are drawn from a seed. */

const SERVICES = ['DynamoDB', 'SNS', 'SQS', 'EventBridge', 'Scheduler'] as const;
export type Service = (typeof SERVICES)[number];

export interface AwsCall {
  readonly service: Service;
  /** `PutItem`, `Publish`, `PutEvents`, `CreateSchedule` … */
  readonly command: string;
}

export const FAULTS = [
  'throttled',
  'internal error',
  'lost before it took effect',
  'lost after it took effect',
  'answer cut short',
  'conflict',
  'transaction cancelled',
  'part of the batch left undone',
  'slow',
  'never answered',
  'away for a while',
] as const;
export type Fault = (typeof FAULTS)[number];

/**
 * A fault in this many of a hundred requests. What follows from one change takes a dozen requests, and some faults are
 * not repeated by the SDK: with many more the functions do little else than to try again.
 */
const PERCENT = 2;
/**
 * Of those, only this many, and in a whole run no more than that: a function waits for it as long as it may run, and
 * the laptop then takes a new copy of it. The old one stays in memory, because a module can't be unloaded.
 */
const NEVER_ANSWERED_PER_THOUSAND = 2;
const NEVER_ANSWERED_MOST = 2;

/** One service is away for so long, and after that all are there for so long. */
const AWAY_MS = { least: 500, most: 4_000 };
const ALL_THERE_MS = { least: 5_000, most: 15_000 };

const BATCH = /^Batch(Get|Write)Item$/;

export function canMeet(fault: Fault, { service, command }: AwsCall): boolean {
  switch (fault) {
    case 'transaction cancelled':
      return command === 'TransactWriteItems';
    case 'conflict':
      // With a transaction on the same item: pages, overall items and headers have some, and are updated; inboxes
      // never.
      return service === 'DynamoDB' && command === 'UpdateItem';
    case 'part of the batch left undone':
      return BATCH.test(command) || command === 'PutEvents';
    case 'never answered':
    case 'away for a while':
      return false; // drawn apart
    default:
      return true;
  }
}

export class FaultPlan {
  /** Whether faults happen now. */
  active = false;
  /** How many of each have happened, by service. */
  readonly met = new Map<Service, Map<Fault, number>>();
  readonly #random: () => number;
  readonly #now: () => number;
  #away: Service | undefined;
  #nextChangeMs = 0;
  #neverAnswered = 0;

  constructor(random: () => number, now: () => number = Date.now) {
    this.#random = random;
    this.#now = now;
  }

  draw(call: AwsCall): Fault | undefined {
    const fault = this.active ? this.#draw(call) : undefined;
    if (fault !== undefined) {
      const ofService = this.met.get(call.service) ?? new Map<Fault, number>();
      this.met.set(call.service, ofService.set(fault, (ofService.get(fault) ?? 0) + 1));
    }
    return fault;
  }

  #draw(call: AwsCall): Fault | undefined {
    if (this.#serviceAway() === call.service) return 'away for a while';
    if (this.#random() * 100 >= PERCENT) return undefined;
    if (this.#neverAnswered < NEVER_ANSWERED_MOST && this.#random() * 1_000 < NEVER_ANSWERED_PER_THOUSAND) {
      this.#neverAnswered += 1;
      return 'never answered';
    }
    const possible = FAULTS.filter((fault) => canMeet(fault, call));
    return possible[Math.floor(this.#random() * possible.length)];
  }

  #serviceAway(): Service | undefined {
    if (this.#now() >= this.#nextChangeMs) {
      this.#away = this.#away === undefined ? SERVICES[Math.floor(this.#random() * SERVICES.length)] : undefined;
      const { least, most } = this.#away === undefined ? ALL_THERE_MS : AWAY_MS;
      this.#nextChangeMs = this.#now() + least + this.#random() * (most - least);
    }
    return this.#away;
  }
}
