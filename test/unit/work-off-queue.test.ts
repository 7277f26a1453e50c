import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { type Work, type WorkLine, workOffQueue, type WorkOptions } from '../../cli/admin/work-off-queue';

interface Message {
  readonly id: string;
  /** Other receivers don't get it before this time. */
  hiddenUntilMs: number;
  handle: string;
}

/** A queue as SQS has it, with a clock that moves by hand; an expired handle is refused as SQS does. */
class Queue {
  nowMs = 0;
  receives = 0;
  readonly messages: Message[];

  constructor(count: number) {
    this.messages = Array.from({ length: count }, (_, index) => ({ id: `m${index}`, hiddenUntilMs: 0, handle: '' }));
  }

  readonly client = {
    send: ({ constructor: { name }, input }: { constructor: { name: string }; input: Input }): Promise<object> => {
      if (name === 'ReceiveMessageCommand') return Promise.resolve({ Messages: this.#receive(input) });
      const message = this.messages.find(({ handle }) => handle === input.ReceiptHandle);
      if (name === 'DeleteMessageCommand') {
        if (message) this.messages.splice(this.messages.indexOf(message), 1);
        return Promise.resolve({});
      }
      if (!message || message.hiddenUntilMs <= this.nowMs) {
        return Promise.reject(Object.assign(new Error('not in flight'), { name: 'InvalidParameterValue' }));
      }
      message.hiddenUntilMs = this.nowMs + input.VisibilityTimeout * 1_000;
      return Promise.resolve({});
    },
  } as unknown as SQSClient;

  /** What anybody sees now. */
  get visible(): string[] {
    return this.messages.filter(({ hiddenUntilMs }) => hiddenUntilMs <= this.nowMs).map(({ id }) => id);
  }

  #receive({ VisibilityTimeout }: Input): object[] {
    if (++this.receives > 2_000) throw new Error('It goes on for ever.');
    const found = this.messages.filter(({ hiddenUntilMs }) => hiddenUntilMs <= this.nowMs).slice(0, 10);
    return found.map((message) => {
      message.hiddenUntilMs = this.nowMs + VisibilityTimeout * 1_000;
      message.handle = `${message.id} ${this.receives}`;
      return { MessageId: message.id, Body: message.id, ReceiptHandle: message.handle };
    });
  }
}

interface Input {
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout: number;
}

const MINUTE_MS = 60_000;

/** Works the queue off; each message takes so long. */
async function workOff(queue: Queue, options: Partial<WorkOptions>, redo: (id: string) => Promise<void>) {
  const lines: WorkLine[] = [];
  const work: Work = { subject: ({ body }) => body, reason: () => 'why', redo: ({ body }) => redo(body) };
  await workOffQueue({ sqs: queue.client, url: 'url' }, work, { dryRun: false, discard: [], ...options }, (line) => {
    lines.push(line);
  });
  return lines.map(({ messageId, outcome }) => `${messageId} ${outcome}`);
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `m${index}`);

describe('a queue that takes longer to work off than its messages stay hidden', () => {
  test('has each message tried once, and what is left is there for the next run', async () => {
    const queue = new Queue(25);
    const tried: string[] = [];

    const lines = await workOff(queue, {}, (id) => {
      tried.push(id);
      queue.nowMs += 2 * MINUTE_MS;
      return Promise.reject(new Error('still broken'));
    });

    expect([...tried].sort()).toEqual(ids(25).sort());
    expect(lines.sort()).toEqual(
      ids(25)
        .map((id) => `${id} left`)
        .sort(),
    );
    expect(queue.visible.sort()).toEqual(ids(25).sort());
  });

  test('has what is done deleted, also when a message took longer than that', async () => {
    const queue = new Queue(25);

    const lines = await workOff(queue, {}, () => {
      queue.nowMs += 11 * MINUTE_MS;
      return Promise.resolve();
    });

    expect(lines.sort()).toEqual(
      ids(25)
        .map((id) => `${id} done`)
        .sort(),
    );
    expect(queue.messages).toEqual([]);
  });

  test('has a message left alone that another run has taken meanwhile', async () => {
    const queue = new Queue(3);
    const tried: string[] = [];

    await workOff(queue, {}, (id) => {
      tried.push(id);
      // The others have become visible, and another run has got one.
      queue.nowMs += 11 * MINUTE_MS;
      const [other] = queue.messages.filter((message) => message.id !== id && !tried.includes(message.id));
      if (tried.length === 1 && other) Object.assign(other, { hiddenUntilMs: Infinity, handle: 'of another run' });
      return Promise.resolve();
    });

    expect(tried).toHaveLength(2);
    expect(queue.messages).toHaveLength(1);
  });
});

test.each([
  ['a dry run', { dryRun: true }, 1_200, 1_200],
  ['discarding', { discard: ['m3', 'm1100'] }, 2, 1_198],
])(
  '%s of more messages than are taken at once tells each once, however long it takes',
  async (_case, options, told, left) => {
    const queue = new Queue(1_200);
    const work: Work = {
      subject: () => {
        queue.nowMs += 2_000;
        return '';
      },
      reason: () => '',
      redo: () => Promise.reject(new Error('not asked for')),
    };

    const lines: string[] = [];
    const all = { dryRun: false, discard: [], ...options };
    await workOffQueue({ sqs: queue.client, url: 'url' }, work, all, ({ messageId }) => lines.push(messageId));

    expect(new Set(lines).size).toBe(told);
    expect(lines).toHaveLength(told);
    expect(queue.visible).toHaveLength(left);
  },
);

test('the error of the work is told, not that of releasing a message', async () => {
  const queue = new Queue(2);
  const failing = Object.assign(new Error('no permission'), { name: 'AccessDeniedException' });
  const client = {
    send: (command: { constructor: { name: string }; input: { VisibilityTimeout?: number } }) => {
      if (command.constructor.name === 'DeleteMessageCommand') throw failing;
      if (command.input.VisibilityTimeout === 0) throw new Error('not in flight');
      return queue.client.send(command as never);
    },
  } as unknown as SQSClient;
  const work: Work = { subject: () => '', reason: () => '', redo: () => Promise.resolve() };

  const run = workOffQueue({ sqs: client, url: 'url' }, work, { dryRun: false, discard: [] }, () => undefined);

  await expect(run).rejects.toBe(failing);
});
