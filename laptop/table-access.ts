/** The host's access to the tables; the functions have theirs. A separate module, because the SDK imports slowly. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { LOCAL_REGION } from './template/template';

export interface LocalTable {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

export function connect(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials });
}

export const documentClient = (client: DynamoDBClient): DynamoDBDocumentClient => DynamoDBDocumentClient.from(client);
