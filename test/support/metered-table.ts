import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { documentClient, type Item, type Table } from '../../lib/table/table';

/** Counts requests and write units by command, as DynamoDB reports them. */
export interface Meter {
  readonly requests: Map<string, number>;
  writeUnits: number;
  /** The part of the write units that transactions took; DynamoDB bills them twice, DynamoDB Local counts them once. */
  transactionUnits: number;
  readUnits: number;
  reset(): void;
}

export interface MeteredTable extends Table {
  readonly endpoint: string;
  readonly meter: Meter;
}

const localClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/** A fresh table in a DynamoDB Local; every request is counted and asks for its consumed capacity. */
export async function createMeteredTable(endpoint: string, onWrite?: () => void): Promise<MeteredTable> {
  const name = `test-${randomUUID()}`;
  const creator = localClient(endpoint);
  await creator.send(
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
  creator.destroy();
  return openMeteredTable(endpoint, name, onWrite);
}

/** One more client for a table that is there, with a meter of its own. */
export function openMeteredTable(endpoint: string, name: string, onWrite?: () => void): MeteredTable {
  const client = localClient(endpoint);
  return { client: documentClient(client), name, endpoint, meter: attachMeter(client, onWrite) };
}

interface Consumed {
  CapacityUnits?: number;
}

function attachMeter(client: DynamoDBClient, onWrite?: () => void): Meter {
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
        onWrite?.();
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
