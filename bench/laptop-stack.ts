import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { rmSync } from 'node:fs';
import { tokenItem } from '../lib/agents/store';
import { hashToken, newToken } from '../lib/agents/token';
import { batchWrite, documentClient, type Table } from '../lib/table/table';
import { startStore, type StoreKind } from '../laptop/store';
import { connect } from '../laptop/table-access';
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

export interface LaptopStackOptions {
  /** @default the one that `npm start` chooses */
  readonly store?: StoreKind;
  /** Where the store keeps its tables, as `npm start` does. Without it they are in memory, as in the tests. */
  readonly directory?: string;
}

/** What `npm start` runs. */
export async function startLaptopStack({ store: kind, directory }: LaptopStackOptions = {}): Promise<LaptopStack> {
  const store = await startStore({
    ...(kind && { kind }),
    ...(directory !== undefined && { dataDirectory: directory }),
  });
  const muster = await runMuster({ environment: { DYNAMODB_ENDPOINT: store.endpoint } });
  const client = connect(store.endpoint);
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
      await store.stop();
      rmSync(muster.dataDirectory, { recursive: true, force: true });
    },
  };
}
