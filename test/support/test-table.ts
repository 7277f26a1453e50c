import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { documentClient, type Item, type Table } from '../../lib/table/table';
import { countWrite, endpointForNewTable } from './test-dynamodb';

/** Counts requests and write units by command, as DynamoDB reports them. */
export interface Meter {
  readonly requests: Map<string, number>;
  writeUnits: number;
  /** The part of the write units that transactions took; DynamoDB bills them twice, DynamoDB Local counts them once. */
  transactionUnits: number;
  readUnits: number;
  reset(): void;
}

export interface TestTable extends Table {
  readonly endpoint: string;
  readonly meter: Meter;
}

/** A fresh table in DynamoDB Local; every request is counted and asks for its consumed capacity. */
export async function createTestTable(): Promise<TestTable> {
  const endpoint = await endpointForNewTable();
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const name = `test-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  return { client: documentClient(client), name, endpoint, meter: attachMeter(client) };
}

interface Consumed {
  CapacityUnits?: number;
}

function attachMeter(client: DynamoDBClient): Meter {
  const meter: Meter = {
    requests: new Map(),
    writeUnits: 0,
    transactionUnits: 0,
    readUnits: 0,
    reset() {
      this.requests.clear();
      this.writeUnits = 0;
      this.transactionUnits = 0;
      this.readUnits = 0;
    },
  };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = context.commandName ?? 'unknown';
      const input = args.input as unknown as Record<string, unknown>;
      input['ReturnConsumedCapacity'] = 'TOTAL';
      meter.requests.set(command, (meter.requests.get(command) ?? 0) + 1);
      const answer = await next(args);
      const consumed = (answer.output as { ConsumedCapacity?: Consumed | Consumed[] }).ConsumedCapacity;
      const units = [consumed ?? []].flat().reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0);
      if (/^(Get|Query|BatchGet|Scan)/.test(command)) {
        meter.readUnits += units;
      } else {
        meter.writeUnits += units;
        if (command.startsWith('TransactWrite')) meter.transactionUnits += units;
        countWrite();
      }
      return answer;
    },
    { step: 'initialize' },
  );
  return meter;
}

/** Everything in the table. */
export async function scanAll(table: Table): Promise<Item[]> {
  const items: Item[] = [];
  let startKey: Item | undefined;
  do {
    const answer = await table.client.send(
      new ScanCommand({
        TableName: table.name,
        ConsistentRead: true,
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    items.push(...(answer.Items ?? []));
    startKey = answer.LastEvaluatedKey;
  } while (startKey);
  return items;
}
