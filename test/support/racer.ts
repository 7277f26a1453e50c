import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Table } from '../../lib/table/table';
import { type Answer, MEMORY_TABLE, type Request } from './memory-table';

/** Acts of one racer follow one another; each answers what was told. */
export type Racer<Told> = readonly ((table: Table) => Promise<Told>)[];

/** A request that waits for its answer. */
export interface Waiting {
  /** Its place among the requests of the racer. */
  readonly number: number;
  readonly request: Request;
  answer(answer: Answer): void;
}

/**
 * One racer at work. Nothing reaches a table by itself: each request waits until somebody answers it. What a racer does
 * next must follow from the answers it got, and from nothing else.
 */
export class RacerAtWork<Told> {
  readonly waiting: Waiting[] = [];
  /** What the acts that are done were told. */
  readonly told: Told[] = [];
  /** Whether the act that is next to end has been answered a request. */
  hasBegun = false;
  #sent = 0;
  #failure: { readonly reason: unknown } | undefined;

  constructor(
    private readonly acts: Racer<Told>,
    private readonly name: string,
  ) {
    this.#run().catch((reason: unknown) => (this.#failure = { reason }));
  }

  async #run(): Promise<void> {
    const send = async ({ constructor: { name }, input }: Sent): Promise<unknown> => {
      const answer = await new Promise<Answer>((resolve) => {
        const number = this.#sent++;
        const request = { command: name, input: withAttempt(input, `${this.name} ${number}`) };
        this.waiting.push({ number, request, answer: resolve });
      });
      if ('error' in answer) throw answer.error;
      return answer.output;
    };
    const table: Table = { name: MEMORY_TABLE, client: { send } as unknown as DynamoDBDocumentClient };
    for (const act of this.acts) {
      const told = await act(table);
      this.told.push(told);
      this.hasBegun = false;
    }
  }

  /** It waits for an answer, or has done all its acts. */
  async standStill(): Promise<void> {
    for (let turn = 0; turn < 1_000_000; turn++) {
      await nextTurn();
      if (this.#failure) throw this.#failure.reason;
      if (this.waiting.length > 0 || this.told.length === this.acts.length) return;
    }
    throw new Error('a racer neither asks the table nor ends');
  }

  answer(number: number, answer: Answer): void {
    const index = this.waiting.findIndex((one) => one.number === number);
    const [waiting] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (!waiting) throw new Error(`there is no request ${number} to answer: what the racer does is not determined`);
    this.hasBegun = true;
    waiting.answer(answer);
  }
}

/**
 * Details are stored under a mark drawn by lot (see storeAttempt). Here it follows from who asks and when, as all
 * that a racer asks must.
 */
function withAttempt(input: Record<string, unknown>, attempt: string): Record<string, unknown> {
  const item = input['Item'] as Record<string, unknown> | undefined;
  if (item?.['attempt'] === undefined) return input;
  return { ...input, Item: { ...item, attempt }, ExpressionAttributeValues: { ':attempt': attempt } };
}

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Record<string, unknown>;
}
