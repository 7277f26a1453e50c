import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { MusterError } from '../../lib/errors/muster-error';
import { readData, withStoredData } from '../../lib/rosters/attempt-data';
import type { Table } from '../../lib/table/table';

const AT = 1_772_366_400_000;

/** A table that keeps items by sort key, `taken` ones from the start, and the commands it is sent. */
function tableOf(taken: readonly number[] = []) {
  const stored = new Map<string, string>(taken.map((atMs) => [`DATA#${atMs}`, '"of another attempt"']));
  const sent: string[] = [];
  type Input = { Item: { pk: string; sk: string; json: string }; Key: { sk: string }; RequestItems: unknown };
  const send = ({ constructor: { name }, input }: { constructor: { name: string }; input: Input }) => {
    sent.push(name);
    if (name === 'PutCommand') {
      if (stored.has(input.Item.sk)) {
        return Promise.reject(new ConditionalCheckFailedException({ message: 'taken', $metadata: {} }));
      }
      stored.set(input.Item.sk, input.Item.json);
    }
    if (name === 'DeleteCommand') stored.delete(input.Key.sk);
    return Promise.resolve({});
  };
  return { table: { name: 't', client: { send } } as unknown as Table, stored, sent };
}

const attempt = (data: unknown) => ({ kind: 'PT' as const, id: 't', agentId: 'a', data, nowMs: AT });
const accepted = (storedAtMs: number | null) => Promise.resolve(storedAtMs);
const itself = (answer: number | null) => answer;

test('without data nothing is stored and the commit takes a time of its own', async () => {
  const { table, sent } = tableOf();
  expect(await withStoredData(table, attempt(undefined), accepted, itself)).toBeNull();
  expect(sent).toEqual([]);
});

test.each([null, false, 0, '', { page: 1 }])('%j is data: stored under the time that is committed', async (data) => {
  const { table, stored, sent } = tableOf();
  expect(await withStoredData(table, attempt(data), accepted, itself)).toBe(AT);
  expect([...stored]).toEqual([[`DATA#${AT}`, JSON.stringify(data)]]);
  expect(sent).toEqual(['PutCommand']);
});

test('another attempt in the same millisecond has a time of its own, the next that is free', async () => {
  const { table, stored } = tableOf([AT, AT + 1]);
  expect(await withStoredData(table, attempt(7), accepted, itself)).toBe(AT + 2);
  expect(stored.get(`DATA#${AT}`)).toBe('"of another attempt"');
});

test('data of a repeat is taken away again: the page holds the time of the first', async () => {
  const { table, stored } = tableOf();
  await withStoredData(table, attempt(7), () => Promise.resolve(AT - 50), itself);
  expect([...stored]).toEqual([]);
});

test('so is that of a refused attempt, whose error goes on', async () => {
  const { table, stored } = tableOf();
  const refusal = new MusterError('progress-tracker.not-active', 'It has ended.');
  await expect(withStoredData(table, attempt(7), () => Promise.reject(refusal), itself)).rejects.toBe(refusal);
  expect([...stored]).toEqual([]);
});

test.each<[string, Error]>([
  ['is busy', new MusterError('store.busy', 'Try again.')],
  ['lost the answer', new Error('socket hang up')],
])('it stays when the store %s: the commit may have happened', async (_when, error) => {
  const { table, stored } = tableOf();
  await expect(withStoredData(table, attempt(7), () => Promise.reject(error), itself)).rejects.toBe(error);
  expect([...stored.keys()]).toEqual([`DATA#${AT}`]);
});

test('data is read of the very times asked for', async () => {
  const items = [{ pk: 'PT#t#DATA#a', sk: `DATA#${AT}`, json: '{"page":1}' }];
  const table = { name: 't', client: { send: () => Promise.resolve({ Responses: { t: items } }) } };
  const attempts = [
    { agentId: 'a', atMs: AT },
    { agentId: 'a', atMs: AT + 1 },
    { agentId: 'b', atMs: AT },
  ];
  const dataOf = await readData(table as unknown as Table, 'PT', 't', attempts);
  expect(attempts.map(dataOf)).toEqual(['{"page":1}', undefined, undefined]);
});
