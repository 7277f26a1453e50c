/**
 * EventBridge Scheduler: its HTTP API, called by the same SDK client as in AWS. One-time schedules in UTC, in the groups of
 * the template and `default`; what else the service can do is refused with a ValidationException.
 *
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/
 */
import { AwsError, type AwsRequest, type AwsService, validationError } from '../aws-endpoint';
import type { AsyncInvoker } from '../lambda/async-invocation';
import type { Functions } from '../lambda/functions';
import { LocalError, messageOf } from '../local-error';
import type { Queues } from '../queues/queues';
import { functionNameOfArn } from '../template/stack-model';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../template/template';
import { checkName, parseSchedule, scheduleAnswer, scheduleArn, type Schedule } from './schedule';
import { startScheduleRunner } from './schedule-runner';
import { ScheduleStore } from './schedule-store';

export interface Scheduler {
  readonly service: AwsService;
  stop(): Promise<void>;
}

export interface SchedulerOptions {
  readonly groupNames: readonly string[];
  readonly file: string;
  readonly functions: Functions;
  readonly invoker: AsyncInvoker;
  readonly queues: Pick<Queues, 'sendMessage'>;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
}

const MAX_PAGE = 100;

export function startScheduler(options: SchedulerOptions): Scheduler {
  const { functions, invoker, queues } = options;
  const store = new ScheduleStore(options.file);
  const groups = new Set(['default', ...options.groupNames]);
  const runner = startScheduleRunner({
    store,
    warn: options.warn,
    signal: options.signal,
    call: async (targetArn, input) => {
      const functionName = functionNameOfArn(targetArn);
      if (!functions.has(functionName)) throw new LocalError(`There is no function ${functionName}.`);
      await invoker.invoke(functionName, input);
    },
    deadLetter: async (queueArn, schedule, error) => {
      await queues.sendMessage(queueArn, schedule.target.input ?? '{}', {
        ERROR_CODE: { DataType: 'String', StringValue: 'TargetError' },
        ERROR_MESSAGE: { DataType: 'String', StringValue: messageOf(error) },
        SCHEDULE_ARN: { DataType: 'String', StringValue: scheduleArn(schedule) },
        TARGET_ARN: { DataType: 'String', StringValue: schedule.target.arn },
      });
    },
  });

  function existing(groupName: string, name: string): Schedule {
    const schedule = store.get(groupName, name);
    if (schedule === undefined) {
      throw new AwsError('ResourceNotFoundException', 404, `Schedule ${name} does not exist.`);
    }
    return schedule;
  }

  function write(schedule: Schedule): object {
    if (!groups.has(schedule.groupName)) {
      throw new AwsError('ResourceNotFoundException', 404, `Schedule group ${schedule.groupName} does not exist.`);
    }
    store.put(schedule);
    runner.reschedule();
    return { ScheduleArn: scheduleArn(schedule) };
  }

  function create(name: string, body: AwsRequest['body']): object {
    const schedule = parseSchedule(name, body, undefined, Date.now());
    const known = store.get(schedule.groupName, name);
    if (known === undefined) return write(schedule);
    // The same token means the same call, repeated because its answer was lost.
    if (schedule.clientToken !== undefined && schedule.clientToken === known.clientToken) {
      return { ScheduleArn: scheduleArn(known) };
    }
    throw new AwsError('ConflictException', 409, `Schedule ${name} already exists.`);
  }

  function update(name: string, body: AwsRequest['body']): object {
    const groupName = typeof body['GroupName'] === 'string' ? body['GroupName'] : 'default';
    return write(parseSchedule(name, body, existing(groupName, name), Date.now()));
  }

  function remove(groupName: string, name: string): object {
    store.remove(existing(groupName, name));
    runner.reschedule();
    return {};
  }

  return {
    service: ({ method, path, query, body }) => {
      const [, collection, name, ...rest] = path.split('/');
      if (rest.length > 0) return undefined;
      if (collection === 'schedule-groups') return answerGroups(method, name, groups);
      if (collection !== 'schedules') return undefined;
      if (name === undefined) return method === 'GET' ? list(store.all(), query) : undefined;
      const groupName = query.get('groupName') ?? 'default';
      if (method === 'POST') return create(name, body);
      if (method === 'PUT') return update(name, body);
      if (method === 'GET') return scheduleAnswer(existing(groupName, name));
      return method === 'DELETE' ? remove(groupName, name) : undefined;
    },
    stop: async () => {
      await runner.stop();
      store.close();
    },
  };
}

/** Groups are made by the template; others may be looked for, but not made. */
function answerGroups(method: string, name: string | undefined, groups: ReadonlySet<string>): object | undefined {
  const answerOf = (group: string): object => ({
    Arn: `arn:aws:scheduler:${LOCAL_REGION}:${LOCAL_ACCOUNT}:schedule-group/${group}`,
    Name: group,
    State: 'ACTIVE',
  });
  if (method !== 'GET') return undefined;
  if (name === undefined) return { ScheduleGroups: [...groups].sort().map(answerOf) };
  checkName('name', name);
  if (groups.has(name)) return answerOf(name);
  throw new AwsError('ResourceNotFoundException', 404, `Schedule group ${name} does not exist.`);
}

function list(all: readonly Schedule[], query: URLSearchParams): object {
  const group = query.get('ScheduleGroup');
  const prefix = query.get('NamePrefix') ?? '';
  const state = query.get('State');
  const limit = Number(query.get('MaxResults') ?? MAX_PAGE);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw validationError(`Value '${query.get('MaxResults') ?? ''}' at 'maxResults' must be from 1 to ${MAX_PAGE}.`);
  }
  const after = query.get('NextToken') ?? '';
  const matching = all.filter(
    (schedule) =>
      (group === null || schedule.groupName === group) &&
      (state === null || schedule.state === state) &&
      schedule.name.startsWith(prefix) &&
      `${schedule.groupName}/${schedule.name}` > after,
  );
  const page = matching.slice(0, limit);
  const last = page.at(-1);
  return {
    Schedules: page.map((schedule) => ({
      Arn: scheduleArn(schedule),
      Name: schedule.name,
      GroupName: schedule.groupName,
      State: schedule.state,
      CreationDate: schedule.createdAtMs / 1_000,
      LastModificationDate: schedule.modifiedAtMs / 1_000,
      Target: { Arn: schedule.target.arn },
    })),
    ...(matching.length > limit && last !== undefined ? { NextToken: `${last.groupName}/${last.name}` } : {}),
  };
}
