/** The host's own access to the table; the functions have their own. Apart, because the SDK takes a while to import. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { writeAdminToken } from '../lib/agents/admin-token';
import { LOCAL_REGION } from './template/template';

export function connect(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials });
}

export async function writeAdminTokenTo(client: DynamoDBClient, tableName: string, token: string): Promise<void> {
  await writeAdminToken({ client: DynamoDBDocumentClient.from(client), name: tableName }, token);
}
