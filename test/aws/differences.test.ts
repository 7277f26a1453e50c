import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { countBy, pollUntil } from '../support/http-client';
import { DIFFERENCES } from './differences';
import { emulatorSetting } from './emulator-setting';
import { apiUrlByPath } from './ministack';
import { createProbeStack, deleteProbeStack, type ProbeStack, RETRIES } from './probe-stack';

const directory = mkdtempSync(path.join(tmpdir(), 'muster-probe-'));
const evidence = path.join(directory, 'evidence');
const dynamoDb = DynamoDBDocumentClient.from(new DynamoDBClient({}));
// Its queue URLs name localhost, where it listens too, but not by the endpoint's name.
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

let stack: ProbeStack;

beforeAll(async () => {
  writeFileSync(evidence, '');
  stack = await createProbeStack(evidence);
});

afterAll(async () => {
  await deleteProbeStack();
  rmSync(directory, { recursive: true, force: true });
});

const put = (table: 'reports' | 'throws', id: string): Promise<unknown> =>
  dynamoDb.send(new PutCommand({ TableName: stack.tables[table], Item: { id } }));

/** How often the table's function was given each record. */
const deliveries = (table: 'reports' | 'throws'): Record<string, number> =>
  countBy(
    readFileSync(evidence, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${table} `)),
    (line) => line.slice(table.length + 1),
  );

async function setAside(): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: stack.setAsideUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.['ApproximateNumberOfMessages']);
}

async function answerOf(route: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${apiUrlByPath(emulatorSetting('AWS_ENDPOINT_URL'), stack.apiUrl)}/${route}`);
  return { status: response.status, text: await response.text() };
}

/** By the name of the difference: what shows that it is still there. */
const STILL_SO: Readonly<Record<keyof typeof DIFFERENCES, () => Promise<void>>> = {
  'stream batch failures': async () => {
    await put('reports', 'poison');
    await pollUntil(
      () => deliveries('reports'),
      (given) => given['poison'] !== undefined,
    );
    await put('reports', 'good');
    await pollUntil(
      () => deliveries('reports'),
      (given) => given['good'] !== undefined,
    );
    // AWS would not have gone on before the poison was delivered again and set aside.
    expect([deliveries('reports'), await setAside()]).toEqual([{ poison: 1, good: 1 }, 0]);
  },
  'stream retries': async () => {
    await put('throws', 'poison');
    await put('throws', 'good');
    const given = await pollUntil(
      () => deliveries('throws'),
      (counts) => (counts['poison'] ?? 0) > RETRIES + 2,
      { limitMs: 60_000 },
    );
    // AWS bisects, so that the good one is through after at most two failures of the batch, and the poison is set
    // aside.
    expect(given['poison']).toBeGreaterThan(RETRIES + 2);
    expect(await setAside()).toBe(0);
  },
  'errors of functions': async () => {
    const { status, text } = await answerOf('Throwing');
    expect([status, text.includes('a secret')]).toEqual([502, true]);
  },
  'slashes at the end': async () => {
    expect(await answerOf('Node24/')).toEqual(await answerOf('Node24'));
  },
  runtime: async () => {
    expect(await answerOf('Node22')).toEqual({ status: 200, text: process.version });
    expect(await answerOf('Node24')).toEqual({ status: 200, text: process.version });
  },
  credentials: async () => {
    const nobody = { accessKeyId: 'AKIAIOSFODNN7NOBODY', secretAccessKey: 'none' };
    await expect(new DynamoDBClient({ credentials: nobody }).send(new ListTablesCommand({}))).resolves.toBeDefined();
  },
};

describe('MiniStack differs from AWS, and differences.ts says so', () => {
  test.each(Object.keys(DIFFERENCES) as (keyof typeof DIFFERENCES)[])('%s', async (name) => {
    await STILL_SO[name]();
  });
});
