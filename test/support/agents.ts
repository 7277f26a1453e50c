import { registerAgent } from '../../lib/agents/register';
import { batchWrite, type Item, type Table } from '../../lib/table/table';
import { admin, type World } from './world';

export async function putAgentForTest(world: World, id: string, name: string): Promise<{ token: string }> {
  return registerAgent(world, admin, { id, name }, { key: undefined, callersToken: 'the-admins-token' });
}

/** What the table's TTL does, at once. */
export async function removeItems(table: Table, items: readonly Item[]): Promise<void> {
  await batchWrite(
    table,
    items.map((item) => ({ remove: { pk: String(item['pk']), sk: String(item['sk']) } })),
  );
}
