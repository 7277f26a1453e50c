import { expect, test } from '@jest/globals';
import { permissionsNeeded, type SentRequest } from '../lambda/aws-calls';

const QUEUE_URL = 'http://127.0.0.1:4100/000000000000/Muster-dev-dispatch-dead-letters';

const request = (target: string | undefined, body: string, path = '/', method = 'POST'): SentRequest => ({
  method,
  path,
  target,
  body,
});

test.each<[string, SentRequest, string[]]>([
  [
    'a write to a table',
    request('DynamoDB_20120810.UpdateItem', JSON.stringify({ TableName: 'table' })),
    ['dynamodb:UpdateItem arn:aws:dynamodb:us-east-1:000000000000:table/table'],
  ],
  [
    'a query of an index',
    request('DynamoDB_20120810.Query', JSON.stringify({ TableName: 'table', IndexName: 'index' })),
    ['dynamodb:Query arn:aws:dynamodb:us-east-1:000000000000:table/table/index/index'],
  ],
  [
    'a transaction, as one action per part',
    request(
      'DynamoDB_20120810.TransactWriteItems',
      JSON.stringify({ TransactItems: [{ Put: { TableName: 'a' } }, { ConditionCheck: { TableName: 'b' } }] }),
    ),
    [
      'dynamodb:PutItem arn:aws:dynamodb:us-east-1:000000000000:table/a',
      'dynamodb:ConditionCheckItem arn:aws:dynamodb:us-east-1:000000000000:table/b',
    ],
  ],
  [
    'a message to a queue',
    request('AmazonSQS.SendMessage', JSON.stringify({ QueueUrl: QUEUE_URL, MessageBody: 'x' })),
    ['sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:Muster-dev-dispatch-dead-letters'],
  ],
  [
    'a message to a topic',
    request(undefined, 'Action=Publish&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A000000000000%3Atopic'),
    ['sns:Publish arn:aws:sns:us-east-1:000000000000:topic'],
  ],
  [
    'a schedule, with its execution role',
    request(undefined, JSON.stringify({ GroupName: 'group', Target: { RoleArn: 'arn:role' } }), '/schedules/name'),
    ['scheduler:CreateSchedule arn:aws:scheduler:us-east-1:000000000000:schedule/group/name', 'iam:PassRole arn:role'],
  ],
  [
    'an unknown call, as an action that no role allows',
    request('Kinesis.PutRecord', '{}'),
    ['unknown:Kinesis.PutRecord /'],
  ],
])('%s', (_what, sent, expected) => {
  expect(permissionsNeeded(sent).map(({ action, resource }) => `${action} ${resource}`)).toEqual(expected);
});
