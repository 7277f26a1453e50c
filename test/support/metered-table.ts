import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { UNACKNOWLEDGED } from '../../lib/table/keys';
import { documentClient, type Item, type Table } from '../../lib/table/table';
import { localClient } from './local-client';
import { unitsNotCounted } from './units-not-counted';

/** Counts requests and write units by command, as DynamoDB reports them. */
interface Meter {
  readonly requests: Map<string, number>;
  writeUnits: number;
  readUnits: number;
  reset(): void;
}

export interface MeteredTable extends Table {
  readonly endpoint: string;
  readonly meter: Meter;
  /** The one that counts too little (see units-not-counted.ts). */
  readonly isDynamoDbLocal: boolean;
}

/** A fresh table; every request is counted and asks for its consumed capacity. */
export async function createMeteredTable(endpoint: string, onWrite?: () => void): Promise<MeteredTable> {
  const name = `test-${randomUUID()}`;
  const creator = localClient(endpoint);
  const { TableDescription } = await creator.send(
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
        { AttributeName: UNACKNOWLEDGED, AttributeType: 'S' },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: UNACKNOWLEDGED,
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: UNACKNOWLEDGED, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  const isDynamoDbLocal = TableDescription?.TableArn?.startsWith('arn:aws:dynamodb:ddblocal:') === true;
  return openMeteredTable({ endpoint, name, isDynamoDbLocal }, onWrite);
}

/** One more client for a table that is there, with a meter of its own. */
export function openMeteredTable(
  { endpoint, name, isDynamoDbLocal }: Pick<MeteredTable, 'endpoint' | 'name' | 'isDynamoDbLocal'>,
  onWrite?: () => void,
): MeteredTable {
  const client = localClient(endpoint);
  const meter = attachMeter(client, isDynamoDbLocal, onWrite);
  return { client: documentClient(client), name, endpoint, meter, isDynamoDbLocal };
}

interface Consumed {
  CapacityUnits?: number;
}

function attachMeter(client: DynamoDBClient, isDynamoDbLocal: boolean, onWrite?: () => void): Meter {
  const meter: Meter = {
    requests: new Map(),
    writeUnits: 0,
    readUnits: 0,
    reset() {
      this.requests.clear();
      this.writeUnits = 0;
      this.readUnits = 0;
    },
  };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = context.commandName ?? 'unknown';
      const input = args.input as unknown as Record<string, unknown>;
      refuseOtherThanAscii(command, input);
      input['ReturnConsumedCapacity'] = 'TOTAL';
      meter.requests.set(command, (meter.requests.get(command) ?? 0) + 1);
      const answer = await next(args);
      const consumed = (answer.output as { ConsumedCapacity?: Consumed | Consumed[] }).ConsumedCapacity;
      const reported = [consumed ?? []].flat().reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0);
      const units = reported + (isDynamoDbLocal ? unitsNotCounted(command, input, answer.output, reported) : 0);
      if (/^(Get|Query|BatchGet|Scan)/.test(command)) {
        meter.readUnits += units;
      } else {
        meter.writeUnits += units;
        onWrite?.();
      }
      return answer;
    },
    { step: 'initialize' },
  );
  return meter;
}

/** Where users' words are, which may hold any character. */
const OF_USERS = new Set(['Item', 'Key', 'RequestItems', 'ExpressionAttributeNames', 'ExpressionAttributeValues']);

/** Dynoxide before 1.3.0 can crash at a character of more than one byte in the text of an expression. */
function refuseOtherThanAscii(command: string, input: object): void {
  for (const [name, value] of Object.entries(input) as [string, unknown][]) {
    if (typeof value === 'object' && value !== null && !OF_USERS.has(name)) refuseOtherThanAscii(command, value);
    if (typeof value === 'string' && name.endsWith('Expression') && !/^[\x20-\x7e\n]*$/.test(value)) {
      throw new Error(`${name} of ${command} holds more than ASCII: ${value}`);
    }
  }
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
