import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { MusterError } from '../../lib/common/errors';
import { discardAttempt, isRefusal, readDetails, storeAttempt } from '../../lib/rosters/details';
import type { Table } from '../../lib/table/table';

const AT = 1_772_366_400_000;

/** A table that keeps items by sort key, `taken` ones from the start, and the commands it is sent. */
function tableOf(taken: readonly number[] = []) {
  const stored = new Map<string, string>(taken.map((atMs) => [`DATA#${atMs}`, '"of another attempt"']));
  const sent: string[] = [];
  type Input = { Item: { sk: string; json?: string; reason?: string; by?: string }; Key: { sk: string } };
  const send = ({ constructor: { name }, input }: { constructor: { name: string }; input: Input }) => {
    sent.push(name);
    if (name === 'PutCommand') {
      if (stored.has(input.Item.sk)) {
        return Promise.reject(new ConditionalCheckFailedException({ message: 'taken', $metadata: {} }));
      }
      const { sk, json, reason, by } = input.Item;
      stored.set(sk, [json, reason, by].filter((text) => text !== undefined).join(' | '));
    }
    if (name === 'DeleteCommand') stored.delete(input.Key.sk);
    return Promise.resolve({});
  };
  return { table: { name: 't', client: { send } } as unknown as Table, stored, sent };
}

const OWNER = { kind: 'PT', id: 't', agentId: 'a' } as const;
const now = (): number => AT;

test.each([{}, { data: undefined, reason: undefined }])(
  'without details nothing is stored, and the write takes a time of its own: %j',
  async (details) => {
    const { table, sent } = tableOf();
    const attempt = await storeAttempt({ table, now }, OWNER, details);
    expect(attempt.storedAtMs).toBeNull();
    await discardAttempt(table, attempt);
    expect(sent).toEqual([]);
  },
);

test.each([
  [{ reason: 'disk full' }, 'disk full'],
  [{ data: 7, reason: 'disk full' }, '7 | disk full'],
  [{ reason: undefined, by: 'lead' }, 'lead'],
])('a reason, and who gave it, are stored like data: %j', async (details, text) => {
  const { table, stored } = tableOf();
  expect((await storeAttempt({ table, now }, OWNER, details)).storedAtMs).toBe(AT);
  expect([...stored]).toEqual([[`DATA#${AT}`, text]]);
});

test.each([null, false, 0, '', { page: 1 }])('%j is data: stored under the time that is recorded', async (data) => {
  const { table, stored, sent } = tableOf();
  expect((await storeAttempt({ table, now }, OWNER, { data })).storedAtMs).toBe(AT);
  expect([...stored]).toEqual([[`DATA#${AT}`, JSON.stringify(data)]]);
  expect(sent).toEqual(['PutCommand']);
});

test('another attempt in the same millisecond has a time of its own, the next that is free', async () => {
  const { table, stored } = tableOf([AT, AT + 1]);
  expect((await storeAttempt({ table, now }, OWNER, { data: 7 })).storedAtMs).toBe(AT + 2);
  expect(stored.get(`DATA#${AT}`)).toBe('"of another attempt"');
});

test('what is discarded is the data of that attempt alone', async () => {
  const { table, stored } = tableOf([AT]);
  await discardAttempt(table, await storeAttempt({ table, now }, OWNER, { data: 7 }));
  expect([...stored.keys()]).toEqual([`DATA#${AT}`]);
});

test('data that cannot be discarded loses no answer', async () => {
  const { table } = tableOf();
  const attempt = await storeAttempt({ table, now }, OWNER, { data: 7 });
  const broken = { name: 't', client: { send: () => Promise.reject(new Error('socket hang up')) } };
  await expect(discardAttempt(broken as unknown as Table, attempt)).resolves.toBeUndefined();
});

test.each<[string, Error, boolean]>([
  ['a refusal', new MusterError('progress-tracker.not-active', 'It has ended.'), true],
  ['a busy database', new MusterError('store.busy', 'Try again.'), false],
  ['a lost answer', new Error('socket hang up'), false],
])('%s tells whether the write can have happened', (_name, error, refused) => {
  expect(isRefusal(error)).toBe(refused);
});

test('details are read of the very times asked for', async () => {
  const items = [
    { pk: 'PT#t#DATA#a', sk: `DATA#${AT}`, json: '{"page":1}' },
    { pk: 'PT#t#DATA#c', sk: `DATA#${AT}`, reason: 'disk full' },
  ];
  const table = { name: 't', client: { send: () => Promise.resolve({ Responses: { t: items } }) } };
  const attempts = [
    { agentId: 'a', atMs: AT },
    { agentId: 'a', atMs: AT + 1 },
    { agentId: 'b', atMs: AT },
    { agentId: 'c', atMs: AT },
  ];
  const detailsOf = await readDetails(table as unknown as Table, { kind: 'PT', id: 't' }, attempts);
  expect(attempts.map((attempt) => detailsOf(attempt)?.json)).toEqual(['{"page":1}', undefined, undefined, undefined]);
  expect(attempts.map((attempt) => detailsOf(attempt)?.reason)).toEqual([undefined, undefined, undefined, 'disk full']);
});
