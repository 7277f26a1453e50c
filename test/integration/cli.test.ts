import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { findCaller } from '../../lib/agents/store';
import { hashToken } from '../../lib/agents/token';
import { createTestTable, scanAll, type TestTable } from '../support/test-table';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const launcher = join(repository, 'cli/muster.mjs');

let table: TestTable;
let cloudFormation: Server;
let environment: Record<string, string>;

/** Knows one stack, called Muster-dev; answers as CloudFormation does in both cases. */
function startCloudFormation(tableName: string): Server {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const stackName = new URLSearchParams(body).get('StackName') ?? '';
      const known = stackName === 'Muster-dev';
      response.writeHead(known ? 200 : 400, { 'content-type': 'text/xml' }).end(
        known
          ? `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
               <Stacks><member><StackName>${stackName}</StackName><CreationTime>2026-03-01T12:00:00Z</CreationTime>
               <StackStatus>CREATE_COMPLETE</StackStatus><Outputs>
               <member><OutputKey>ApiUrl</OutputKey><OutputValue>https://api.example</OutputValue></member>
               <member><OutputKey>TableName</OutputKey><OutputValue>${tableName}</OutputValue></member>
               </Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
          : `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
               <Code>ValidationError</Code><Message>Stack with id ${stackName} does not exist</Message></Error></ErrorResponse>`,
      );
    });
  });
  return server.listen(0, '127.0.0.1');
}

beforeAll(async () => {
  table = await createTestTable();
  cloudFormation = startCloudFormation(table.name);
  await once(cloudFormation, 'listening');
  environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`,
  };
});

afterAll(() => void cloudFormation.close());

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const run = (file: string, args: string[], env: Record<string, string>): Promise<Run> =>
  new Promise((resolve) => {
    execFile(file, args, { env, cwd: repository }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });

/** In a process of its own, as `npx muster` runs it. */
const muster = (args: string[], env = environment): Promise<Run> => run(process.execPath, [launcher, ...args], env);

describe('muster admin create-token', () => {
  test.each([
    ['--table', () => ['--table', table.name]],
    ['--stage', () => ['--stage', 'dev']],
    ['the stage dev unless told', () => []],
  ])('with %s makes a token that is an admin', async (_case, options) => {
    const { code, out, err } = await muster(['admin', 'create-token', ...options()]);

    expect({ code, err: err.replace(/admin-\w+/, 'ID') }).toEqual({
      code: 0,
      err: `Created the admin token ID in the table ${table.name}. It is shown only once:\n`,
    });
    expect(out).toMatch(/^muster_[\w-]{43}\n$/);
    const caller = await findCaller(table, hashToken(out.trim()));
    expect(caller).toMatchObject({ role: 'admin', agentId: 'muster:operator' });
    expect(err).toContain(caller?.tokenId);
    expect(JSON.stringify(await scanAll(table))).not.toContain(out.trim());
  });

  test('says in one line what is missing', async () => {
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...withoutCredentials } = environment;
    const { AWS_REGION: _region, ...withoutRegion } = environment;
    const command = ['admin', 'create-token'];

    const answers = await Promise.all([
      muster([...command, '--table', 'no-such-table']),
      muster([...command, '--stage', 'prod']),
      muster([...command, '--table', table.name], withoutCredentials),
      muster([...command, '--table', table.name], withoutRegion),
    ]);

    expect(answers).toEqual([
      {
        code: 1,
        out: '',
        err: 'muster: The table does not exist in this account and region; check the name and AWS_REGION.\n',
      },
      {
        code: 1,
        out: '',
        err: 'muster: Stack with id Muster-prod does not exist in this account and region; deploy it first, or check --stage and AWS_REGION.\n',
      },
      {
        code: 1,
        out: '',
        err: 'muster: AWS credentials were not found: set AWS_PROFILE, or sign in with the AWS CLI.\n',
      },
      { code: 1, out: '', err: 'muster: No AWS region is set: set AWS_REGION, or a region in your AWS profile.\n' },
    ]);
  });
});

test('npx muster works in a clone, without a registry', async () => {
  const home = mkdtempSync(join(tmpdir(), 'muster-npx-'));
  try {
    const registry = { HOME: home, npm_config_registry: 'http://127.0.0.1:9', npm_config_cache: join(home, 'cache') };
    const { code, out } = await run('npx', ['muster', '--help'], { ...environment, ...registry });
    expect(code).toBe(0);
    expect(out).toContain('Usage: muster');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
