/**
 * EventBridge Scheduler: create, update and delete, called by the same SDK client as in AWS. A schedule fires once and
 * is deleted, in UTC, in a group of the template or `default`. Anything else is refused with a ValidationException.
 *
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/
 */
import { AwsError, type AwsRequest, type AwsService } from '../aws-endpoint';
import type { AsyncInvoker } from '../lambda/async-invocation';
import type { Functions } from '../lambda/functions';
import { LocalError, messageOf } from '../local-error';
import type { Queues } from '../queues/queues';
import { functionNameOfArn } from '../template/local-names';
import { parseSchedule, scheduleArn, type Schedule, type ScheduleKey } from './schedule';
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
      if (!functions.has(functionName)) throw new LocalError(`The stack has no function ${functionName}.`);
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

  function existing(key: ScheduleKey): Schedule {
    const schedule = store.get(key);
    if (schedule !== undefined) return schedule;
    throw new AwsError('ResourceNotFoundException', 404, `Schedule ${key.name} does not exist.`);
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
    const schedule = parseSchedule(name, body);
    const known = store.get(schedule);
    if (known === undefined) return write(schedule);
    // The same token means a retry of the same call after its response was lost.
    if (schedule.clientToken !== undefined && schedule.clientToken === known.clientToken) {
      return { ScheduleArn: scheduleArn(known) };
    }
    throw new AwsError('ConflictException', 409, `Schedule ${name} already exists.`);
  }

  function update(name: string, body: AwsRequest['body']): object {
    const schedule = parseSchedule(name, body);
    existing(schedule);
    return write(schedule);
  }

  function remove(key: ScheduleKey): object {
    store.remove(existing(key));
    runner.reschedule();
    return {};
  }

  return {
    service: ({ method, path, query, body }) => {
      const name = /^\/schedules\/([^/]+)$/.exec(path)?.[1];
      if (name === undefined) return undefined;
      if (method === 'POST') return create(name, body);
      if (method === 'PUT') return update(name, body);
      return method === 'DELETE' ? remove({ groupName: query.get('groupName') ?? 'default', name }) : undefined;
    },
    stop: async () => {
      await runner.stop();
      store.close();
    },
  };
}
