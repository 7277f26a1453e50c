import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Clock } from '../clock';
import { requiredSetting } from '../configuration';
import type { ReminderPayload } from '../messages/reminders';
import { sha256 } from '../request-hash';
import type { RosterKind } from '../table/keys';
import { currentTrace } from '../tracing/scope';
import { formatTraceparent } from '../tracing/trace-context';

/** What a schedule hands to `expire-deadline`. */
export interface DeadlinePayload {
  readonly kind: RosterKind;
  readonly id: string;
}

export type SchedulePayload = DeadlinePayload | ReminderPayload;

/** A payload as a function gets it: with the trace of the request that led to the schedule. */
export type Traced<Payload extends SchedulePayload> = Payload & { readonly traceparent?: string };

/** What a function may do that never removes a schedule. */
export interface ScheduleSetter {
  set(payload: SchedulePayload, atMs: number): Promise<void>;
}

/**
 * One one-time schedule per deadline of a sync point, and per reminder. Both calls may be repeated.
 *
 * A moved deadline has a schedule of its own beside the earlier one's: had they one name, the earlier one, firing while it
 * is moved, could take the later one with it when it is deleted after its completion.
 */
export interface Schedules extends ScheduleSetter {
  /** @param atMs as it was set */
  remove(payload: SchedulePayload, atMs: number): Promise<void>;
}

export interface SchedulerSettings {
  readonly groupName: string;
  /** Function for deadlines. */
  readonly targetArn: string;
  /** Function for reminders. */
  readonly reminderTargetArn: string;
  readonly roleArn: string;
  readonly deadLetterArn: string;
}

/** A schedule in the past may be refused or never fire, so none is made nearer than this. */
const SHORTEST_AHEAD_MS = 1_000;

/** EventBridge Scheduler; it fires up to a minute late and at least once, which `expire-deadline` allows for. */
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
        // Finished schedules would count against the account's quota.
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: payload.kind === 'REMINDER' ? settings.reminderTargetArn : settings.targetArn,
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

/** Names hold fewer characters than ids may, so they are made from a hash. */
function nameOf(payload: SchedulePayload, atMs: number): string {
  return payload.kind === 'REMINDER'
    ? `reminder-${sha256(payload.messageId).slice(0, 40)}-${payload.number}`
    : `${payload.kind}-${sha256(payload.id).slice(0, 40)}-${atMs}`;
}

/** Whole seconds, rounded up: firing before the deadline would find nothing to do. */
export function atExpression(epochMs: number): string {
  const wholeSeconds = new Date(Math.ceil(epochMs / 1_000) * 1_000).toISOString().slice(0, 19);
  return `at(${wholeSeconds})`;
}

export const schedulesFromEnvironment = (client: SchedulerClient, now: Clock): Schedules =>
  eventBridgeSchedules(client, settingsFromEnvironment(), now);

/** For functions that may not remove schedules. */
export const scheduleSetterFromEnvironment = (client: SchedulerClient, now: Clock): ScheduleSetter =>
  eventBridgeScheduleSetter(client, settingsFromEnvironment(), now);

/** As the stack hands them to the functions that set schedules. */
const settingsFromEnvironment = (): SchedulerSettings => ({
  groupName: requiredSetting('SCHEDULE_GROUP_NAME'),
  targetArn: requiredSetting('SCHEDULE_TARGET_ARN'),
  reminderTargetArn: requiredSetting('REMINDER_TARGET_ARN'),
  roleArn: requiredSetting('SCHEDULE_ROLE_ARN'),
  deadLetterArn: requiredSetting('SCHEDULE_DLQ_ARN'),
});
