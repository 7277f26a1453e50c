/** A schedule of EventBridge Scheduler: the members a request may have, and when it fires. */
import { validationError } from '../aws-endpoint';
import { localArn } from '../template/template';

export interface ScheduleKey {
  readonly groupName: string;
  readonly name: string;
}

export interface Schedule extends ScheduleKey {
  readonly dueAtMs: number;
  readonly target: ScheduleTarget;
  readonly clientToken?: string;
}

interface ScheduleTarget {
  readonly arn: string;
  readonly input?: string;
  readonly deadLetterArn?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;
const AT = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/;

/** Member → its default, and the only value allowed on a laptop. */
const ONLY = {
  ScheduleExpressionTimezone: ['UTC', 'UTC'],
  State: ['ENABLED', 'ENABLED'],
  ActionAfterCompletion: ['NONE', 'DELETE'],
} as const;

/** Reads the input of Create and Update; both replace everything. @throws AwsError ValidationException */
export function parseSchedule(name: string, fields: Fields): Schedule {
  const groupName = optionalText(fields, 'GroupName') ?? 'default';
  for (const given of [name, groupName]) {
    if (!NAME.test(given)) throw memberError('name', given, 'a name matching [0-9a-zA-Z-_.]{1,64}');
  }
  for (const [member, [byDefault, only]] of Object.entries(ONLY)) {
    if ((optionalText(fields, member) ?? byDefault) === only) continue;
    throw validationError(`The laptop stack has schedules with ${member} ${only} only.`);
  }
  if (object(fields, 'FlexibleTimeWindow')['Mode'] !== 'OFF') {
    throw validationError('The laptop stack has schedules without a flexible time window only.');
  }
  const clientToken = optionalText(fields, 'ClientToken');
  return {
    name,
    groupName,
    dueAtMs: parseAt(text(fields, 'ScheduleExpression')),
    target: parseTarget(object(fields, 'Target')),
    ...(clientToken === undefined ? {} : { clientToken }),
  };
}

export const scheduleArn = ({ groupName, name }: ScheduleKey): string =>
  localArn('scheduler', `schedule/${groupName}/${name}`);

/** A time in the past is accepted and fires at once. */
function parseAt(expression: string): number {
  const time = AT.exec(expression)?.[1];
  const dueAtMs = time === undefined ? NaN : Date.parse(`${time}Z`);
  // A date like 2027-02-30 can be parsed but doesn't exist.
  if (!Number.isNaN(dueAtMs) && new Date(dueAtMs).toISOString().slice(0, 19) === time) return dueAtMs;
  if (/^(?:rate|cron)\(/.test(expression)) throw validationError('The laptop stack has one-time schedules only.');
  throw validationError(`Invalid Schedule Expression ${expression}.`);
}

function parseTarget(target: Fields): ScheduleTarget {
  const input = optionalText(target, 'Input');
  const deadLetterArn = optionalText(object(target, 'DeadLetterConfig', {}), 'Arn');
  text(target, 'RoleArn'); // required, although its permissions aren't checked here
  return {
    arn: text(target, 'Arn'),
    ...(input === undefined ? {} : { input }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
}

function text(fields: Fields, member: string): string {
  const value = optionalText(fields, member);
  if (value === undefined) throw memberError(member, 'null', 'a value');
  return value;
}

function optionalText(fields: Fields, member: string): string | undefined {
  const value = fields[member] ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw memberError(member, JSON.stringify(value), 'text');
  return value;
}

function object(fields: Fields, member: string, otherwise?: Fields): Fields {
  const value = fields[member] ?? otherwise;
  if (typeof value !== 'object') throw memberError(member, JSON.stringify(value), 'an object');
  return value as Fields;
}

function memberError(member: string, value: string, allowed: string): Error {
  return validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${allowed}`,
  );
}
