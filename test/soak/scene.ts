/** What the scenes of the load share: who plays, the lots, the ledger, and when it is over. */
import type { Agent, SoakClient, Told } from './client';
import type { Ledger, Outcome } from './ledger';
import type { Contradiction } from './observation';

export interface Stage {
  readonly client: SoakClient;
  readonly ledger: Ledger;
  readonly admin: Agent;
  /** Who is there from beginning to end. */
  readonly agents: readonly Agent[];
  readonly random: () => number;
  /** Whether no scene should begin anything new. */
  isOver(): boolean;
  /** What a reader saw that may not be. */
  object(contradiction: Contradiction): void;
  /** A name that nobody has had. */
  freshId(prefix: string): string;
}

export type Scene = (stage: Stage) => Promise<void>;

/** Retries of what has to be known; a restart of the stack is waited out besides. */
export const PATIENT = 12;
/** Who gives up early leaves a `maybe` behind. */
export const IMPATIENT = 2;

export const pick = <Value>({ random }: Pick<Stage, 'random'>, values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length)] as Value;

export const chance = ({ random }: Pick<Stage, 'random'>, percent: number): boolean => random() * 100 < percent;

/** So many different ones. */
export function draw<Value>({ random }: Pick<Stage, 'random'>, values: readonly Value[], count: number): Value[] {
  const left = [...values];
  const drawn: Value[] = [];
  while (drawn.length < count && left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}

/** Of what was told, what every entry of the ledger has. */
export const outcomeOf = ({ outcome, code }: Told<unknown>): { outcome: Outcome; code?: string } => ({
  outcome,
  ...(code !== undefined && { code }),
});

/** Data of all kinds; falsy values are data too. undefined: none. */
export const someData = (stage: Pick<Stage, 'random'>, who: string): unknown =>
  pick(stage, [undefined, undefined, null, 0, false, '', 'text', { who, notes: ['☃', 1.5] }, 'x'.repeat(3_000)]);
