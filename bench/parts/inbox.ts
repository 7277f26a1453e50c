/**
 * From `POST /v1/messages` to the answer of a reader that waits for what it has not acknowledged, on the laptop stack.
 * The reader has waited for 0 to 2 s by then, and has acknowledged every message before.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { inboxKey } from '../../lib/table/keys';
import { getItem } from '../../lib/table/table';
import { expectStatus, httpClient } from '../http';
import { startLaptopStack } from '../laptop-stack';
import { round, median, percentile } from '../statistics';

export interface InboxResult {
  /** Milliseconds since the request was sent. */
  readonly stage: 'the sender has its answer' | 'the message is in the inbox' | 'the reader has its answer';
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly highestMs: number;
  readonly messages: number;
}

const LONGEST_WAITED_MS = 2_000;
const LOOK_EVERY_MS = 4;

export async function measureInbox(quick: boolean): Promise<InboxResult[]> {
  const stack = await startLaptopStack();
  const client = httpClient(stack.url, 4);
  try {
    const [sender, reader] = await stack.newParticipants(2);
    if (!sender || !reader) throw new Error('unreachable: two were asked for');
    const times: Record<InboxResult['stage'], number[]> = {
      'the sender has its answer': [],
      'the message is in the inbox': [],
      'the reader has its answer': [],
    };
    const count = quick ? 10 : 100;
    for (let number = 0; number < count; number++) {
      const answered = client.send('GET', '/v1/inbox?unacknowledged=true&wait=20', reader.token).then((answer) => ({
        atMs: performance.now(),
        ...(JSON.parse(expectStatus(answer, 200).text) as { items: { id: string }[] }),
      }));
      await delay((LONGEST_WAITED_MS * number) / count);

      const sentMs = performance.now();
      const body = { recipients: [reader.id], content: { type: 'TASK', number } };
      const sent = expectStatus(await client.send('POST', '/v1/messages', sender.token, body), 201);
      times['the sender has its answer'].push(performance.now() - sentMs);
      const { id, timestamp } = JSON.parse(sent.text) as { id: string; timestamp: string };
      while ((await getItem(stack.table, inboxKey(reader.id, id, Date.parse(timestamp)))) === null) {
        await delay(LOOK_EVERY_MS);
      }
      times['the message is in the inbox'].push(performance.now() - sentMs);
      const { atMs, items } = await answered;
      if (items.length !== 1 || items[0]?.id !== id) throw new Error(`The reader got ${JSON.stringify(items)}.`);
      times['the reader has its answer'].push(atMs - sentMs);
      expectStatus(await client.send('POST', `/v1/inbox/${id}/ack`, reader.token), 200);
    }
    return Object.entries(times).map(([stage, values]) => ({
      stage: stage as InboxResult['stage'],
      medianMs: round(median(values), 0),
      p90Ms: round(percentile(values, 0.9), 0),
      highestMs: round(Math.max(...values), 0),
      messages: values.length,
    }));
  } finally {
    client.close();
    await stack.stop();
  }
}
