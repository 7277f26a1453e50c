/**
 * List prices in US dollars, region us-east-1, without free tiers and discounts, as of November 2026. Check before you
 * rely on one: https://aws.amazon.com/pricing/ and https://docs.temporal.io/cloud/pricing
 */
export const PRICES_AS_OF = 'November 2026';

const MILLION = 1_000_000;

/** `upTo` units, counted from the first, at `price` each. */
export interface Tier {
  readonly upTo: number;
  readonly price: number;
}

export const PRICES = {
  httpApiRequest: [
    { upTo: 300 * MILLION, price: 1 / MILLION },
    { upTo: Infinity, price: 0.9 / MILLION },
  ],
  lambdaCall: 0.2 / MILLION,
  /** ARM. */
  lambdaGbSecond: 0.0000133334,
  writeUnit: 0.625 / MILLION,
  readUnit: 0.125 / MILLION,
  tableGbMonth: 0.25,
  pointInTimeRecoveryGbMonth: 0.2,
  busEntry: 1 / MILLION,
  topicPublish: 0.5 / MILLION,
  queueRequest: 0.4 / MILLION,
  scheduleCall: 1 / MILLION,
  logGb: 0.5,
  trafficOutGb: 0.09,
  alarm: 0.1,
  dashboard: 3,
  metric: 0.3,

  /** Step Functions, standard workflows. */
  stateTransition: 25 / MILLION,

  /** Temporal Cloud, pay as you go; beyond 200 million a month "contact sales", taken as the last tier here. */
  temporalAction: [
    { upTo: 5 * MILLION, price: 50 / MILLION },
    { upTo: 10 * MILLION, price: 45 / MILLION },
    { upTo: 20 * MILLION, price: 40 / MILLION },
    { upTo: 50 * MILLION, price: 35 / MILLION },
    { upTo: 100 * MILLION, price: 30 / MILLION },
    { upTo: Infinity, price: 25 / MILLION },
  ],
  /** Its smallest plan: the greater of both a month, with so many Actions. */
  temporalPlan: { atLeast: 100, shareOfUsage: 0.05, includedActions: MILLION },
} as const;

export function tiered(units: number, tiers: readonly Tier[]): number {
  let from = 0;
  let cost = 0;
  for (const { upTo, price } of tiers) {
    cost += Math.max(0, Math.min(units, upTo) - from) * price;
    from = upTo;
  }
  return cost;
}
