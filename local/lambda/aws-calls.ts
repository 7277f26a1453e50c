/** Which permission of IAM each call to AWS needs, told from the request as the SDK sends it. */
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../template/template';

export interface SentRequest {
  readonly method: string;
  /** With the query. */
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

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;

/** A name or an ARN. */
const arnOf = (service: string, prefix: string, name: unknown): string =>
  String(name).startsWith('arn:') ? String(name) : arn(service, `${prefix}${String(name)}`);

/** What isn't known here comes out as an action that no role has, so that nothing goes by unseen. */
export function permissionsNeeded({ method, path, target, body }: SentRequest): readonly NeededPermission[] {
  const [service, operation = ''] = (target ?? '').split('.');
  if (service === 'DynamoDB_20120810') return onTables(operation, JSON.parse(body) as Body);
  if (service === 'AWSEvents') return onBuses(operation, JSON.parse(body) as Body);
  if (service === 'AmazonSQS') {
    const queueUrl = String((JSON.parse(body) as Body)['QueueUrl']);
    return [{ action: `sqs:${operation}`, resource: arn('sqs', queueUrl.split('/').at(-1) ?? '') }];
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
  return [on(operation, body['TableName'])];
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
      resource: arn('scheduler', `schedule/${group}/${name}`),
    },
    // Whoever makes a schedule hands it the role that it works with.
    ...(role === undefined ? [] : [{ action: 'iam:PassRole', resource: role }]),
  ];
}
