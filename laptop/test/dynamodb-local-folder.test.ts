/** A data folder of DynamoDB Local, which needs Java; Muster used no other store before Dynoxide. */
import { expect, test } from '@jest/globals';
import { ADMIN_TOKEN, api, directory, ready, run } from './npm-start';

test('DynamoDB Local is used for a folder that holds its data, and the output says so', async () => {
  const first = run({ MUSTER_STORE: 'dynamodb-local', MUSTER_ADMIN_TOKEN: ADMIN_TOKEN });
  const made = { id: 'agent-1', name: 'agent-1' };
  expect((await api(await ready(first), ADMIN_TOKEN, 'POST', '/v1/agents', made)).status).toBe(201);
  first.child.kill('SIGTERM');
  await first.exited;

  const second = run({ MUSTER_ADMIN_TOKEN: ADMIN_TOKEN });
  const url = await ready(second);
  expect((await api(url, ADMIN_TOKEN, 'GET', '/v1/agents/agent-1')).status).toBe(200);
  expect(second.output()).toContain(`${directory} has data of DynamoDB Local, so Muster continues with that store.`);
});
