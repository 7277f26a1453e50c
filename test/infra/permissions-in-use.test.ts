/**
 * What a complete e2e run calls is compared with the roles at its end (test/support/compare-permissions.ts). This tells
 * sooner, and also of what no run reaches: by the commands of the AWS SDK that a function constructs, after everything
 * that it can't reach has been dropped.
 */
import { describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { REPOSITORY_ROOT } from '../../infra/bundle-functions';
import { type FunctionDefinition, functionDefinitions, type FunctionName, functionNames } from '../../infra/functions';
import { createTemplate, functionsOf, resourcesOf, targetOf } from './stack-under-test';

/** Permission that a command needs. */
const PERMISSION_OF_COMMAND: Readonly<Record<string, string>> = {
  Get: 'dynamodb:GetItem',
  BatchGet: 'dynamodb:BatchGetItem',
  Query: 'dynamodb:Query',
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  BatchWrite: 'dynamodb:BatchWriteItem',
  Publish: 'sns:Publish',
  PublishBatch: 'sns:Publish',
  SendMessage: 'sqs:SendMessage',
  PutEvents: 'events:PutEvents',
  CreateSchedule: 'scheduler:CreateSchedule',
  GetSchedule: 'scheduler:GetSchedule',
  UpdateSchedule: 'scheduler:UpdateSchedule',
  DeleteSchedule: 'scheduler:DeleteSchedule',
};

/** A transaction needs the permission of each of its parts, which its constructor doesn't tell. */
const TRANSACTION = 'TransactWrite';
const PARTS_OF_A_TRANSACTION = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];

/**
 * Permissions that Lambda, not the code, makes use of; it sends what failed to the queues of `expire-deadline` and
 * `send-reminder`.
 */
const USED_BY_LAMBDA =
  /^(logs|iam):|^sqs:(Receive|Delete)Message$|^sqs:GetQueueAttributes$|Stream|GetRecords|GetShardIterator/;
const SEND_FAILURES: readonly FunctionName[] = ['expire-deadline', 'send-reminder'];

function commandsIn(name: FunctionName): string[] {
  const { outputFiles } = buildSync({
    absWorkingDir: REPOSITORY_ROOT,
    entryPoints: [`functions/${name}.ts`],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
  });
  const code = outputFiles.map(({ text }) => text).join('\n');
  return [...new Set([...code.matchAll(/new (\w+?)Command\d*\(/g)].map(([, command]) => command ?? ''))];
}

const template = createTemplate('dev');
const functions = functionsOf(template, 'dev');
const policies = resourcesOf<{
  Roles: unknown[];
  PolicyDocument: { Statement: { Action: string | string[] }[] };
}>(template, 'AWS::IAM::Policy');

function permissionsOf(name: FunctionName): string[] {
  const role = targetOf(functions.get(name)?.properties.Role);
  return policies
    .filter(({ properties }) => properties.Roles.some((reference) => targetOf(reference) === role))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement.flatMap(({ Action }) => [Action].flat()));
}

describe.each(functionNames)('%s', (name) => {
  const commands = commandsIn(name);
  const needed = commands
    .filter((command) => command !== TRANSACTION)
    .map((command) => PERMISSION_OF_COMMAND[command] ?? `unknown: that of ${command}Command`);
  const granted = permissionsOf(name);

  test('may do all that its code does', () => {
    const missing = needed.filter((permission) => !granted.includes(permission));

    expect({ commands, missing }).toEqual({ commands, missing: [] });
  });

  test('may do nothing that its code never does', () => {
    const inTransactions = commands.includes(TRANSACTION) ? PARTS_OF_A_TRANSACTION : [];
    const unused = granted.filter(
      (permission) =>
        !USED_BY_LAMBDA.test(permission) &&
        !(permission === 'sqs:SendMessage' && SEND_FAILURES.includes(name)) &&
        !needed.includes(permission) &&
        !inTransactions.includes(permission),
    );

    expect(unused).toEqual([]);
  });

  test('may write items if it has transactions', () => {
    const { tableActions }: FunctionDefinition = functionDefinitions[name];
    const writes = tableActions.includes('PutItem') || tableActions.includes('UpdateItem');

    expect(writes || !commands.includes(TRANSACTION)).toBe(true);
  });
});
