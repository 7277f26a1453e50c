/**
 * Nothing on a laptop checks permissions, so a missing one would show only in AWS. The code tells which it needs: the commands of the AWS SDK
 * that a function constructs, after everything that it can't reach has been dropped.
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
  PutEvents: 'events:PutEvents',
  CreateSchedule: 'scheduler:CreateSchedule',
  GetSchedule: 'scheduler:GetSchedule',
  UpdateSchedule: 'scheduler:UpdateSchedule',
  DeleteSchedule: 'scheduler:DeleteSchedule',
};

/** A transaction needs the permission of each of its parts, which its constructor doesn't tell. */
const TRANSACTION = 'TransactWrite';
const PARTS_OF_A_TRANSACTION = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];

/** Permissions that Lambda, not the code, makes use of. */
const USED_BY_LAMBDA = /^(logs|sqs|iam):|Stream|GetRecords|GetShardIterator/;

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
  const needed = commands.filter((command) => command !== TRANSACTION).map((command) => PERMISSION_OF_COMMAND[command]);
  const granted = permissionsOf(name);

  test('may do all that its code does', () => {
    const missing = needed.filter((permission) => permission === undefined || !granted.includes(permission));

    expect({ commands, missing }).toEqual({ commands, missing: [] });
  });

  test('may do nothing that its code never does', () => {
    const inTransactions = commands.includes(TRANSACTION) ? PARTS_OF_A_TRANSACTION : [];
    const unused = granted.filter(
      (permission) =>
        !USED_BY_LAMBDA.test(permission) && !needed.includes(permission) && !inTransactions.includes(permission),
    );

    expect(unused).toEqual([]);
  });

  test('may write items if it has transactions', () => {
    const { tableActions }: FunctionDefinition = functionDefinitions[name];
    const writes = tableActions.includes('PutItem') || tableActions.includes('UpdateItem');

    expect(writes || !commands.includes(TRANSACTION)).toBe(true);
  });
});
