/** The background thread with a small template: how it processes changes, stops and dies. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BackgroundThread, openBackgroundThread } from '../background/background-thread';
import { createTables } from '../create-tables';
import { startStore } from '../store';
import { connect } from '../table-access';
import { readStackModel } from '../template/stack-model';
import { eventually } from './eventually';

/**
 * Writes a line for each change that it has processed. Some keys have an extra effect: `slow` takes no longer than a
 * stop may take, and `stuck` takes longer than the test. `exit` and `throw` end the thread the first time.
 */
const FUNCTION = `
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
const once = () => !existsSync(process.env.DIED) && (writeFileSync(process.env.DIED, ''), true);
export const handler = async ({ Records }) => {
  for (const { dynamodb } of Records) {
    const key = dynamodb.Keys.pk.S;
    appendFileSync(process.env.BEGUN, key + '\\n');
    if (key === 'slow') await delay(500);
    if (key === 'stuck') await delay(60_000);
    if (key === 'exit' && once()) process.exit(3);
    if (key === 'throw' && once()) await new Promise(() => setImmediate(() => { throw new Error('thrown later'); }));
    appendFileSync(process.env.DONE, JSON.stringify({ key, atMs: Date.now(), isMainThread }) + '\\n');
  }
};
`;
const dynamoDb = startStore();
let client: ReturnType<typeof connect>;
let directory: string;
let tableName: string;
let opened: BackgroundThread[];
let warnings: string[];
let tables = 0;

const file = (name: string): string => path.join(directory, name);
const linesOf = (name: string): readonly string[] =>
  existsSync(file(name)) ? readFileSync(file(name), 'utf8').split('\n').slice(0, -1) : [];
const done = (): readonly { readonly key: string; readonly atMs: number; readonly isMainThread: boolean }[] =>
  linesOf('done').map((line) => JSON.parse(line) as { key: string; atMs: number; isMainThread: boolean });
const keysDone = (): readonly string[] => done().map(({ key }) => key);

function writeTemplate(source = FUNCTION): void {
  mkdirSync(file('function'), { recursive: true });
  writeFileSync(file('function/index.mjs'), source);
  const keys = ['pk', 'sk'];
  const Resources = {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: tableName,
        KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    },
    Dispatch: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Timeout: 60,
        Environment: { Variables: { BEGUN: file('begun'), DONE: file('done'), DIED: file('died') } },
      },
      Metadata: { 'aws:asset:path': 'function' },
    },
    Source: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        FunctionName: { Ref: 'Dispatch' },
        StartingPosition: 'TRIM_HORIZON',
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: '$default' } },
  };
  writeFileSync(file('template.json'), JSON.stringify({ Resources }));
}

/** Its warnings go to `warnings`. */
async function start(): Promise<BackgroundThread> {
  const stack = { templateFile: file('template.json'), assemblyDirectory: directory, stackName: 'Test' };
  const made = await createTables(client, readStackModel(stack).tables);
  const thread = openBackgroundThread({ warn: (line) => warnings.push(line), debug: () => undefined });
  opened.push(thread);
  const { started } = await thread.start({
    stack,
    dataDirectory: directory,
    dynamoDbEndpoint: (await dynamoDb).endpoint,
    streamArns: new Map(made.map(({ name, streamArn }) => [name, streamArn])),
    apiUrl: 'http://127.0.0.1:1',
  });
  await started;
  return thread;
}

async function put(...keys: readonly string[]): Promise<void> {
  for (const pk of keys) {
    await client.send(new PutItemCommand({ TableName: tableName, Item: { pk: { S: pk }, sk: { S: 'x' } } }));
  }
}

const untilDone = async (...keys: readonly string[]): Promise<void> => {
  await eventually(() => {
    expect(keysDone()).toEqual(keys);
  });
};
const untilBegun = async (key: string): Promise<void> => {
  await eventually(() => {
    expect(linesOf('begun')).toContain(key);
  });
};

beforeEach(async () => {
  client = connect((await dynamoDb).endpoint);
  directory = mkdtempSync(path.join(tmpdir(), 'muster-background-'));
  tableName = `table-${++tables}`;
  opened = [];
  warnings = [];
  writeTemplate();
});

afterEach(async () => {
  // Long enough to end by itself: cut off while it reads an answer, Node 20 can abort this process as well.
  await Promise.all(opened.map((thread) => thread.stop(5_000)));
  client.destroy();
  rmSync(directory, { recursive: true });
});

afterAll(async () => {
  await (await dynamoDb).stop();
});

test('changes are processed while the main thread is busy', async () => {
  await start();
  await put('a', 'b');
  // This blocks the main thread for 2 s. The background thread polls the stream every 0.2 s.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
  const freeAgainMs = Date.now();
  await untilDone('a', 'b');
  for (const { atMs, isMainThread } of done()) {
    expect(atMs).toBeLessThan(freeAgainMs);
    expect(isMainThread).toBe(false);
  }
});

describe('a stop', () => {
  test('finishes the current batch and saves its position, so that no record is redelivered', async () => {
    const thread = await start();
    await put('slow');
    await untilBegun('slow');
    await thread.stop(5_000);
    expect(keysDone()).toEqual(['slow']);
    await start();
    await put('later');
    await untilDone('slow', 'later');
  });

  test('leaves a record that takes longer than the limit to the next start', async () => {
    const thread = await start();
    await put('stuck');
    await untilBegun('stuck');
    const startedAt = performance.now();
    await thread.stop(1_000);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    writeTemplate(FUNCTION.replace("'stuck'", "'nothing'"));
    await start();
    await untilDone('stuck');
  });

  test('is not reported as an unexpected end, and can be repeated', async () => {
    const thread = await start();
    let broken = false;
    void thread.broken.then(() => (broken = true));
    await thread.stop(5_000);
    await thread.stop(5_000);
    expect(broken).toBe(false);
    expect(warnings).toEqual([]);
  });
});

describe('a thread that dies', () => {
  test.each([
    ['exit', /^The background thread, .* has stopped unexpectedly \(exit code 3\): start Muster again/],
    ['throw', /^The background thread, .* has stopped unexpectedly \((Error: )?thrown later\): start Muster again/],
  ])('%s: reports its end, and the next thread processes every change', async (how, message) => {
    const thread = await start();
    await put('before', how, 'after');
    expect((await thread.broken).message).toMatch(message);
    await put('meanwhile');
    await start();
    await eventually(() => {
      expect(new Set(keysDone())).toEqual(new Set(['before', how, 'after', 'meanwhile']));
    });
  });

  test('during its start makes the start fail', async () => {
    writeTemplate('process.exit(4);');
    await expect(start()).rejects.toThrow('has stopped unexpectedly (exit code 4)');
  });
});

test('a function that cannot be loaded makes the start fail with the same error as on the main thread', async () => {
  writeTemplate('export const other = 1;');
  await expect(start()).rejects.toMatchObject({
    name: 'LocalError',
    message: "Function Test-Dispatch cannot be loaded: it exports no function 'handler'",
  });
});

test('an unhandled rejection causes a warning and does not end the thread', async () => {
  writeTemplate(
    FUNCTION.replace('appendFileSync(process.env.DONE', "void Promise.reject(new Error('forgotten'));\n$&"),
  );
  await start();
  await put('a');
  await untilDone('a');
  await eventually(() => {
    expect(warnings).toEqual(['a rejection was not handled: forgotten']);
  });
});

test('a table that lacks an index of the template is refused, as it would fail at its first query', async () => {
  writeTemplate();
  const stack = { templateFile: file('template.json'), assemblyDirectory: directory, stackName: 'Test' };
  await createTables(client, readStackModel(stack).tables);
  const template = JSON.parse(readFileSync(stack.templateFile, 'utf8')) as {
    Resources: { Table: { Properties: object } };
  };
  Object.assign(template.Resources.Table.Properties, { LocalSecondaryIndexes: [{ IndexName: 'newer' }] });
  writeFileSync(stack.templateFile, JSON.stringify(template));
  await expect(createTables(client, readStackModel(stack).tables)).rejects.toThrow(/lacks the index "newer".*Move the/);
});
