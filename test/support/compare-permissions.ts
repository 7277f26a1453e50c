/**
 * Fails unless the recorded calls of a complete e2e run and the functions' roles are the same: no call that a role
 * doesn't permit, no permission that nothing used. `node --import tsx test/support/compare-permissions.ts <file of
 * recorded calls>`
 */
import { readFileSync } from 'node:fs';
import { assembleStack } from '../../scripts/assembly';
import type { RecordedCall } from '../../laptop/lambda/record-calls';
import { loadTemplate } from '../../laptop/template/template';
import { comparePermissions, type UnreachedPermission } from './function-permissions';

const MOVED = 'Only when the schedule of a deadline that was moved later fires before the dispatcher has removed it.';

/** Permissions that a run needs only when things happen in an order that no test can bring about over HTTP. */
const UNREACHED: readonly UnreachedPermission[] = [
  {
    functionName: 'send-reminder',
    action: 'scheduler:UpdateSchedule',
    reason: 'Only when a schedule fires twice: the next one is there already.',
  },
  {
    functionName: 'dispatch-changes',
    action: 'dynamodb:DeleteItem',
    reason: 'Only when a lost agent gets another outcome between the look at it and its failure.',
  },
  { functionName: 'expire-deadline', action: 'scheduler:CreateSchedule', reason: MOVED },
  { functionName: 'expire-deadline', action: 'scheduler:UpdateSchedule', reason: MOVED },
  { functionName: 'expire-deadline', action: 'iam:PassRole', reason: MOVED },
  {
    functionName: 'expire-deadline',
    action: 'dynamodb:BatchGetItem',
    reason: 'Only for several pages, and when no reader has ended the sync point before Scheduler fires.',
  },
];

const [, , file = ''] = process.argv;
const recorded = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as RecordedCall);
const { templateFile, stackName } = await assembleStack();
const { notPermitted, notUsed, unneeded } = comparePermissions(
  loadTemplate(templateFile),
  stackName,
  recorded,
  UNREACHED,
);
const wrong = [
  ...notPermitted.map((call) => `${call.functionName} calls ${call.action} on ${call.resource}: not permitted`),
  ...notUsed.map((one) => `${one.functionName} may ${one.action} on ${one.resource}: never used`),
  ...unneeded.map((one) => `${one.functionName} and ${one.action}: a reason for a permission that doesn't exist`),
];
for (const line of new Set(wrong)) console.error(line);
process.exitCode = wrong.length > 0 ? 1 : 0;
