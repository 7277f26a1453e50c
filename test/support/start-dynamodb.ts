import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb-local';

declare global {
  var __DYNAMODB_LOCAL__: DynamoDbLocal | undefined;
}

/** One DynamoDB Local in memory for all files of a run; every file makes a table of its own in it. */
export default async function startDynamoDb(): Promise<void> {
  const started = await startDynamoDbLocal();
  globalThis.__DYNAMODB_LOCAL__ = started;
  process.env['DYNAMODB_LOCAL_ENDPOINT'] = started.endpoint;
}
