/** Creates the template's tables that are missing; existing tables are left unchanged. */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { LocalError, messageOf } from './local-error';
import type { TableModel } from './template/stack-model';

export interface LocalTable {
  readonly name: string;
  /** undefined for a table without a stream. */
  readonly streamArn?: string;
}

const CREATE_LIMIT_SECONDS = 60;
/** Template properties with the same names and shapes as in the request. */
const AS_IN_THE_REQUEST = ['KeySchema', 'AttributeDefinitions', 'GlobalSecondaryIndexes', 'LocalSecondaryIndexes'];

export async function createTables(client: DynamoDBClient, models: readonly TableModel[]): Promise<LocalTable[]> {
  return await Promise.all(
    models.map(async (model) => {
      const existing = await describe(client, model.name);
      if (existing !== undefined) requireIndexes(existing, model);
      const table = existing ?? (await create(client, model));
      return { name: model.name, ...(table.LatestStreamArn === undefined ? {} : { streamArn: table.LatestStreamArn }) };
    }),
  );
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw new LocalError(`DynamoDB does not respond: ${messageOf(error)}`, { cause: error });
  }
}

/** A table that an earlier version of the template made may lack an index, which can't be added later. */
function requireIndexes(
  { LocalSecondaryIndexes: existing = [] }: TableDescription,
  { name, properties }: TableModel,
): void {
  const wanted = (properties.json('LocalSecondaryIndexes') ?? []) as readonly { readonly IndexName: string }[];
  const missing = wanted.find(({ IndexName }) => !existing.some((index) => index.IndexName === IndexName));
  if (missing === undefined) return;
  throw new LocalError(
    `The table ${name} lacks the index "${missing.IndexName}": another version made it, and DynamoDB adds no such ` +
      'index later. Move the data directory away to start with an empty table.',
  );
}

async function create(client: DynamoDBClient, { name, properties }: TableModel): Promise<TableDescription> {
  const stream = properties.object('StreamSpecification').optionalText('StreamViewType');
  await client.send(
    new CreateTableCommand({
      TableName: name,
      ...Object.fromEntries(AS_IN_THE_REQUEST.map((member) => [member, properties.json(member)])),
      BillingMode: 'PAY_PER_REQUEST',
      ...(stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
    } as CreateTableCommandInput),
  );
  await waitUntilTableExists({ client, maxWaitTime: CREATE_LIMIT_SECONDS, minDelay: 1 }, { TableName: name });
  const timeToLive = properties.object('TimeToLiveSpecification');
  if (timeToLive.boolean('Enabled')) {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { Enabled: true, AttributeName: timeToLive.text('AttributeName') },
      }),
    );
  }
  const table = await describe(client, name);
  if (table === undefined) throw new LocalError(`The table ${name} could not be created.`);
  return table;
}
