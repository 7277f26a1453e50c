/** Derives the IAM permission that a call to AWS needs from the request that the SDK sends. */
import { localArn } from '../template/template';

export interface SentRequest {
  readonly method: string;
  /** Including the query. */
  readonly path: string;
  /** Header `x-amz-target`, of services that have no paths. */
  readonly target: string | undefined;
  readonly body: string;
}

/** One action on one resource, an ARN of the laptop's account. */
export interface NeededPermission {
  readonly action: string;
  readonly resource: string;
}

type Body = Readonly<Record<string, unknown>>;

/** A name or an ARN. */
const arnOf = (service: string, prefix: string, name: unknown): string =>
  String(name).startsWith('arn:') ? String(name) : localArn(service, `${prefix}${String(name)}`);

/** An unknown call becomes an action that no role has, so it can't go unnoticed. */
export function permissionsNeeded({ method, path, target, body }: SentRequest): readonly NeededPermission[] {
  const [service, operation = ''] = (target ?? '').split('.');
  if (service === 'DynamoDB_20120810') return onTables(operation, JSON.parse(body) as Body);
  if (service === 'AWSEvents') return onBuses(operation, JSON.parse(body) as Body);
  if (service === 'AmazonSQS') {
    const queueUrl = String((JSON.parse(body) as Body)['QueueUrl']);
    return [{ action: `sqs:${operation}`, resource: localArn('sqs', queueUrl.split('/').at(-1) ?? '') }];
  }
  const schedule = /^\/schedules\/([^/?]+)(?:\?(.*))?$/.exec(path);
  if (schedule?.[1] !== undefined) {
    return onSchedule(method, decodeURIComponent(schedule[1]), schedule[2] ?? '', body);
  }
  const form = new URLSearchParams(body);
  const topic = form.get('TopicArn');
  if (topic !== null && /^Publish(Batch)?$/.test(form.get('Action') ?? '')) {
    return [{ action: 'sns:Publish', resource: topic }];
  }
  return [{ action: `unknown:${target ?? method}`, resource: path }];
}

function onTables(operation: string, body: Body): readonly NeededPermission[] {
  const on = (action: string, table: unknown): NeededPermission => ({
    action: `dynamodb:${action}`,
    resource: arnOf('dynamodb', 'table/', table),
  });
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    return Object.keys(body['RequestItems'] as Body).map((table) => on(operation, table));
  }
  // A transaction is authorised by its parts, each of which is `{ Put: { TableName, … } }`.
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    return (body['TransactItems'] as readonly Readonly<Record<string, Body>>[])
      .flatMap((item) => Object.entries(item))
      .map(([part, { TableName }]) => on(part === 'ConditionCheck' ? 'ConditionCheckItem' : `${part}Item`, TableName));
  }
  // An index is a resource of its own.
  const index = body['IndexName'] === undefined ? '' : `/index/${body['IndexName'] as string}`;
  return [on(operation, `${String(body['TableName'])}${index}`)];
}

function onBuses(operation: string, body: Body): readonly NeededPermission[] {
  const entries = (body['Entries'] ?? [{}]) as readonly Body[];
  return entries.map(({ EventBusName = 'default' }) => ({
    action: `events:${operation}`,
    resource: arnOf('events', 'event-bus/', EventBusName),
  }));
}

const SCHEDULE_OPERATIONS: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  DELETE: 'DeleteSchedule',
  GET: 'GetSchedule',
};

interface ScheduleBody {
  readonly GroupName?: string;
  readonly Target?: { readonly RoleArn: string };
}

function onSchedule(method: string, name: string, query: string, body: string): readonly NeededPermission[] {
  const sent = (body === '' ? {} : JSON.parse(body)) as ScheduleBody;
  const group = sent.GroupName ?? new URLSearchParams(query).get('groupName') ?? 'default';
  const role = sent.Target?.RoleArn;
  return [
    {
      action: `scheduler:${SCHEDULE_OPERATIONS[method] ?? method}`,
      resource: localArn('scheduler', `schedule/${group}/${name}`),
    },
    // The creator of a schedule passes it a role.
    ...(role === undefined ? [] : [{ action: 'iam:PassRole', resource: role }]),
  ];
}
