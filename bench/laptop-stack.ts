import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { rmSync } from 'node:fs';
import { tokenItem } from '../lib/agents/agent-repository';
import { hashToken, newToken } from '../lib/agents/token';
import { batchWrite, documentClient, type Table } from '../lib/table/table';
import { startDynamoDbLocal } from '../local/dynamodb-local';
import { connect } from '../local/table-access';
import { runMuster } from '../test/support/start-muster';
import { asCaller, newIds } from './ids';

/** One who arrives over HTTP. */
export interface Participant {
  readonly id: string;
  readonly token: string;
}

export interface LaptopStack {
  readonly url: string;
  readonly adminToken: string;
  /** The stack's own table, to look into without going through the API. */
  readonly table: Table;
  /** Writes tokens straight into the table: registering thousands over HTTP would take longer than what is measured. */
  newParticipants(count: number): Promise<Participant[]>;
  stop(): Promise<void>;
}

/**
 * What `npm start` runs.
 * @param store `memory`: DynamoDB Local keeps its tables in memory, as in the test suite; `disk`: as `npm start` does
 */
export async function startLaptopStack(store: 'memory' | 'disk', diskDirectory?: string): Promise<LaptopStack> {
  const dynamoDb = await startDynamoDbLocal(
    store === 'disk' && diskDirectory !== undefined ? { dataDirectory: diskDirectory } : {},
  );
  const muster = await runMuster({ environment: { DYNAMODB_ENDPOINT: dynamoDb.endpoint } });
  const client = connect(dynamoDb.endpoint);
  const { TableNames: [name = ''] = [] } = await client.send(new ListTablesCommand({}));
  const table = { client: documentClient(client), name };
  return {
    url: muster.url,
    adminToken: muster.adminToken,
    table,
    newParticipants: async (count) => {
      const participants = newIds(count).map((id) => ({ id, token: newToken() }));
      await batchWrite(
        table,
        participants.map(({ id, token }) => ({ put: tokenItem(hashToken(token), asCaller(id)) })),
      );
      return participants;
    },
    stop: async () => {
      await muster.stop();
      client.destroy();
      await dynamoDb.stop();
      rmSync(muster.dataDirectory, { recursive: true, force: true });
    },
  };
}
