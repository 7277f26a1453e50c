import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Clock } from '../common/clock';
import { requiredSetting } from '../common/settings';
import { isDeadlinePayload, type SchedulePayload } from './payloads';
import { sha256 } from '../common/hash';
import { currentTrace } from '../common/scope';
import { formatTraceparent } from '../common/trace';

/** Schedules for functions that never remove one. */
export interface ScheduleSetter {
  set(payload: SchedulePayload, atMs: number): Promise<void>;
}

/**
 * One one-time schedule per deadline, warning and reminder, one per tracker that may stall, and one per agent that
 * checks in. Both calls may be repeated.
 *
 * A moved deadline gets a second schedule under another name. With one shared name, the earlier schedule could fire
 * during the move, and its deletion after completion could delete the later one too.
 */
export interface Schedules extends ScheduleSetter {
  /** @param atMs the time that was set */
  remove(payload: SchedulePayload, atMs: number): Promise<void>;
}

export interface SchedulerSettings {
  readonly groupName: string;
  /** Function for deadlines. */
  readonly targetArn: string;
  /** Function for reminders, warnings, stalls and presence. */
  readonly reminderTargetArn: string;
  readonly roleArn: string;
  readonly deadLetterArn: string;
}

/** A schedule may fire slightly early, by another clock than ours; whoever it fires for waits up to this much. */
export const LONGEST_EARLINESS_MS = 5_000;

/** Minimum distance from now. A schedule in the past may be refused or never fire. */
const SHORTEST_AHEAD_MS = 1_000;

/**
 * Sets schedules in EventBridge Scheduler. They fire up to a minute late and at least once, which `expire-deadline`
 * allows for.
 */
function eventBridgeScheduleSetter(client: SchedulerClient, settings: SchedulerSettings, now: Clock): ScheduleSetter {
  return {
    async set(payload, atMs) {
      const trace = currentTrace();
      const schedule: CreateScheduleCommandInput = {
        Name: nameOf(payload, atMs),
        GroupName: settings.groupName,
        ScheduleExpression: atExpression(Math.max(atMs, now() + SHORTEST_AHEAD_MS)),
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        // Completed schedules would count against the quota of the account.
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: isDeadlinePayload(payload) ? settings.targetArn : settings.reminderTargetArn,
          RoleArn: settings.roleArn,
          Input: JSON.stringify({ ...payload, ...(trace && { traceparent: formatTraceparent(trace) }) }),
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
          DeadLetterConfig: { Arn: settings.deadLetterArn },
        },
      };
      try {
        await client.send(new CreateScheduleCommand(schedule));
      } catch (error) {
        if (!(error instanceof ConflictException)) throw error;
        await client.send(new UpdateScheduleCommand(schedule));
      }
    },
  };
}

export function eventBridgeSchedules(client: SchedulerClient, settings: SchedulerSettings, now: Clock): Schedules {
  return {
    ...eventBridgeScheduleSetter(client, settings, now),
    async remove(payload, atMs) {
      try {
        await client.send(new DeleteScheduleCommand({ Name: nameOf(payload, atMs), GroupName: settings.groupName }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}

/** Names of schedules have at most 64 characters, as many as the longest id, so they have hashes of ids. */
function nameOf(payload: SchedulePayload, atMs: number): string {
  const hashOf = (id: string): string => sha256(id).slice(0, 40);
  switch (payload.kind) {
    case 'REMINDER':
      return `reminder-${hashOf(payload.messageId)}-${payload.number}`;
    case 'WARNING':
      return `warn-${payload.roster}-${hashOf(payload.id)}-${payload.deadlineMs}`;
    case 'STALL':
      return `stall-${hashOf(payload.id)}-${atMs}`;
    case 'PRESENCE':
      return `presence-${hashOf(payload.agentId)}-${atMs}`;
    default:
      return `${payload.kind}-${hashOf(payload.id)}-${atMs}`;
  }
}

/** Whole seconds, rounded up: before the deadline, there would be nothing to do. */
export function atExpression(epochMs: number): string {
  const wholeSeconds = new Date(Math.ceil(epochMs / 1_000) * 1_000).toISOString().slice(0, 19);
  return `at(${wholeSeconds})`;
}

export const schedulesFromEnvironment = (client: SchedulerClient, now: Clock): Schedules =>
  eventBridgeSchedules(client, settingsFromEnvironment(), now);

/** For functions that may not remove schedules. */
export const scheduleSetterFromEnvironment = (client: SchedulerClient, now: Clock): ScheduleSetter =>
  eventBridgeScheduleSetter(client, settingsFromEnvironment(), now);

/** The settings that the stack passes to functions that set schedules. */
const settingsFromEnvironment = (): SchedulerSettings => ({
  groupName: requiredSetting('SCHEDULE_GROUP_NAME'),
  targetArn: requiredSetting('SCHEDULE_TARGET_ARN'),
  reminderTargetArn: requiredSetting('REMINDER_TARGET_ARN'),
  roleArn: requiredSetting('SCHEDULE_ROLE_ARN'),
  deadLetterArn: requiredSetting('SCHEDULE_DLQ_ARN'),
});
