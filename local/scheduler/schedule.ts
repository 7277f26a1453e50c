/** A schedule of EventBridge Scheduler: what a request may hold and when it fires. */
import { validationError } from '../aws-endpoint';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../template/template';

export interface Schedule {
  readonly name: string;
  readonly groupName: string;
  readonly scheduleExpression: string;
  readonly timezone: string;
  readonly dueAtMs: number;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly deleteAfterCompletion: boolean;
  readonly description?: string;
  readonly target: ScheduleTarget;
  readonly clientToken?: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Changes with every write, so that a schedule that was moved while it fired isn't taken for the one that fired. */
  readonly version: number;
  /** Fired, and kept since it isn't deleted after completion. */
  readonly completed?: true;
}

export interface ScheduleTarget {
  readonly arn: string;
  readonly roleArn: string;
  readonly input?: string;
  readonly maxRetries: number;
  readonly maxEventAgeMs: number;
  readonly deadLetterArn?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;
const AT = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/;
const MAX_RETRIES = 185;
const MAX_EVENT_AGE_SECONDS = 86_400;
const MIN_EVENT_AGE_SECONDS = 60;

/** All that Create and Update give; both replace everything. @throws AwsError ValidationException */
export function parseSchedule(
  name: string,
  fields: Fields,
  earlier: Pick<Schedule, 'createdAtMs' | 'version'> | undefined,
  nowMs: number,
): Schedule {
  checkName('name', name);
  const groupName = optionalText(fields, 'GroupName') ?? 'default';
  checkName('groupName', groupName);
  const expression = text(fields, 'ScheduleExpression');
  const timezone = optionalText(fields, 'ScheduleExpressionTimezone') ?? 'UTC';
  const state = optionalText(fields, 'State') ?? 'ENABLED';
  if (state !== 'ENABLED' && state !== 'DISABLED') throw memberError('state', state, 'ENABLED, DISABLED');
  const after = optionalText(fields, 'ActionAfterCompletion') ?? 'NONE';
  if (after !== 'NONE' && after !== 'DELETE') throw memberError('actionAfterCompletion', after, 'NONE, DELETE');
  const mode = text(object(fields, 'FlexibleTimeWindow'), 'Mode');
  if (mode !== 'OFF') throw validationError('The laptop stack has schedules without a flexible time window only.');
  const description = optionalText(fields, 'Description');
  const clientToken = optionalText(fields, 'ClientToken');
  return {
    name,
    groupName,
    scheduleExpression: expression,
    timezone,
    dueAtMs: parseAt(expression, timezone),
    state,
    deleteAfterCompletion: after === 'DELETE',
    target: parseTarget(object(fields, 'Target')),
    createdAtMs: earlier?.createdAtMs ?? nowMs,
    modifiedAtMs: nowMs,
    version: (earlier?.version ?? 0) + 1,
    ...(description === undefined ? {} : { description }),
    ...(clientToken === undefined ? {} : { clientToken }),
  };
}

export function checkName(member: string, value: string): void {
  if (!NAME.test(value)) throw memberError(member, value, 'a name matching [0-9a-zA-Z-_.]{1,64}');
}

export function scheduleArn({ groupName, name }: Pick<Schedule, 'groupName' | 'name'>): string {
  return `arn:aws:scheduler:${LOCAL_REGION}:${LOCAL_ACCOUNT}:schedule/${groupName}/${name}`;
}

/** As GetSchedule answers; times are seconds. */
export function scheduleAnswer(schedule: Schedule): object {
  const { target, clientToken: _clientToken } = schedule;
  return {
    Arn: scheduleArn(schedule),
    Name: schedule.name,
    GroupName: schedule.groupName,
    ScheduleExpression: schedule.scheduleExpression,
    ScheduleExpressionTimezone: schedule.timezone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: schedule.state,
    ActionAfterCompletion: schedule.deleteAfterCompletion ? 'DELETE' : 'NONE',
    Description: schedule.description,
    CreationDate: schedule.createdAtMs / 1_000,
    LastModificationDate: schedule.modifiedAtMs / 1_000,
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input,
      RetryPolicy: {
        MaximumRetryAttempts: target.maxRetries,
        MaximumEventAgeInSeconds: target.maxEventAgeMs / 1_000,
      },
      ...(target.deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: target.deadLetterArn } }),
    },
  };
}

/** A time in the past is accepted and fires at once. */
function parseAt(expression: string, timezone: string): number {
  const time = AT.exec(expression)?.[1];
  const dueAtMs = time === undefined ? NaN : Date.parse(`${time}Z`);
  // A date like 2027-02-30 is none, though it can be parsed.
  if (time === undefined || Number.isNaN(dueAtMs) || new Date(dueAtMs).toISOString().slice(0, 19) !== time) {
    if (/^(?:rate|cron)\(/.test(expression)) throw validationError('The laptop stack has one-time schedules only.');
    throw validationError(`Invalid Schedule Expression ${expression}.`);
  }
  if (timezone !== 'UTC') throw validationError('The laptop stack has schedules in UTC only.');
  return dueAtMs;
}

function parseTarget(target: Fields): ScheduleTarget {
  const retry = object(target, 'RetryPolicy', {});
  const deadLetterArn = optionalText(object(target, 'DeadLetterConfig', {}), 'Arn');
  const input = optionalText(target, 'Input');
  return {
    arn: text(target, 'Arn'),
    roleArn: text(target, 'RoleArn'),
    maxRetries: integer(retry, 'MaximumRetryAttempts', 0, MAX_RETRIES),
    maxEventAgeMs: integer(retry, 'MaximumEventAgeInSeconds', MIN_EVENT_AGE_SECONDS, MAX_EVENT_AGE_SECONDS) * 1_000,
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
  const value = fields[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw memberError(member, JSON.stringify(value), 'text');
  return value;
}

/** The largest is what Scheduler uses when it isn't given. */
function integer(fields: Fields, member: string, min: number, max: number): number {
  const value = fields[member] ?? max;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw memberError(member, JSON.stringify(value), `a whole number from ${min} to ${max}`);
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
