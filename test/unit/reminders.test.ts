import { ConflictException, ResourceNotFoundException, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { describe, expect, test } from '@jest/globals';
import { eventBridgeSchedules, type SchedulePayload } from '../../lib/deadlines/schedules';
import type { Notification } from '../../lib/messages/notification';
import { type ReminderPayload, scheduleReminder } from '../../lib/messages/reminders';

const AT = Date.parse('2026-03-01T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const settings = {
  groupName: 'Muster-dev-deadlines',
  targetArn: 'arn:expire-deadline',
  reminderTargetArn: 'arn:send-reminder',
  roleArn: 'arn:role',
  deadLetterArn: 'arn:dead-letters',
};

const reminder = (number: number, messageId = 'message-1'): ReminderPayload => ({
  kind: 'REMINDER',
  messageId,
  source: { kind: 'MESSAGE', id: messageId },
  number,
});

interface Sent {
  readonly command: string;
  readonly input: { Name: string; ScheduleExpression: string; Target: { Arn: string; Input: string } };
}

/** Schedules over a client that keeps what it is asked for and fails as `failure` says. */
function schedules(failure: (command: string) => Error | undefined = () => undefined) {
  const sent: Sent[] = [];
  const send = (command: { constructor: { name: string }; input: Sent['input'] }) => {
    sent.push({ command: command.constructor.name, input: command.input });
    const error = failure(command.constructor.name);
    return error ? Promise.reject(error) : Promise.resolve({});
  };
  return { sent, schedules: eventBridgeSchedules({ send } as unknown as SchedulerClient, settings, () => AT) };
}

const nameOf = async (payload: SchedulePayload, atMs = AT + HOUR_MS): Promise<string> => {
  const { sent, schedules: made } = schedules();
  await made.set(payload, atMs);
  return sent[0]?.input.Name ?? '';
};

describe('the schedule of a reminder', () => {
  test('fires at the whole second from then on, and hands itself to the function for reminders', async () => {
    const { sent, schedules: made } = schedules();
    await made.set(reminder(2), AT + 2 * HOUR_MS + 1);
    expect(sent[0]?.input).toMatchObject({
      GroupName: 'Muster-dev-deadlines',
      ScheduleExpression: 'at(2026-03-01T14:00:01)',
      ScheduleExpressionTimezone: 'UTC',
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: 'arn:send-reminder', DeadLetterConfig: { Arn: 'arn:dead-letters' } },
    });
    expect(JSON.parse(sent[0]?.input.Target.Input ?? '')).toEqual(reminder(2));
  });

  test('that is due already is set a second ahead: one in the past might never fire', async () => {
    const { sent, schedules: made } = schedules();
    await made.set(reminder(1), AT - HOUR_MS);
    expect(sent[0]?.input.ScheduleExpression).toBe('at(2026-03-01T12:00:01)');
  });

  test('has the same name each time, and another one for another message, number or kind', async () => {
    expect(await nameOf(reminder(1))).toBe(await nameOf(reminder(1)));
    const names = await Promise.all([
      nameOf(reminder(1)),
      nameOf(reminder(2)),
      nameOf(reminder(1, 'message-2')),
      nameOf({ kind: 'SP', id: 'message-1' }),
      nameOf({ kind: 'PT', id: 'message-1' }),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has a name that Scheduler takes, whatever the id', async () => {
    for (const id of ['a', 'x:'.repeat(32), '.'.repeat(64)]) {
      expect(await nameOf(reminder(11, id))).toMatch(/^[0-9a-zA-Z\-_.]{1,64}$/);
    }
  });

  test('of a deadline has another name for another time: the one that fires is not the one it was moved to', async () => {
    const deadline = { kind: 'SP', id: 'x'.repeat(64) } as const;
    const names = [await nameOf(deadline), await nameOf(deadline), await nameOf(deadline, AT + HOUR_MS + 1)];
    expect(names[1]).toBe(names[0]);
    expect(names[2]).not.toBe(names[0]);
    for (const name of names) expect(name).toMatch(/^[0-9a-zA-Z\-_.]{1,64}$/);
  });

  test('is updated where there is one already', async () => {
    const conflict = new ConflictException({ message: 'exists', $metadata: {}, Message: 'exists' });
    const { sent, schedules: made } = schedules((command) => (command.startsWith('Create') ? conflict : undefined));
    await made.set(reminder(1), AT + HOUR_MS);
    expect(sent.map(({ command }) => command)).toEqual(['CreateScheduleCommand', 'UpdateScheduleCommand']);
    expect(sent[1]?.input).toEqual(sent[0]?.input);
  });

  test('is removed, also when it is gone; another failure is not hidden', async () => {
    const gone = new ResourceNotFoundException({ message: 'gone', $metadata: {}, Message: 'gone' });
    await expect(schedules(() => gone).schedules.remove(reminder(1), AT)).resolves.toBeUndefined();
    const broken = new Error('broken');
    await expect(schedules(() => broken).schedules.remove(reminder(1), AT)).rejects.toBe(broken);
    await expect(schedules(() => broken).schedules.set(reminder(1), AT)).rejects.toBe(broken);
  });
});

describe('reminders of a message', () => {
  const notification: Notification = {
    id: 'message-1',
    senderId: 'sender',
    recipientIds: ['a', 'b'],
    timestamp: '2026-03-01T12:00:00.000Z',
    priority: 'MEDIUM',
    requiresAcknowledgment: true,
    content: { type: 'TEXT' },
  };
  const scheduled = async (given: Partial<Notification>, limit: number, number?: number) => {
    const set: [SchedulePayload, number][] = [];
    const kept = {
      set: (payload: SchedulePayload, atMs: number) => Promise.resolve(void set.push([payload, atMs])),
      remove: () => Promise.resolve(),
    };
    const source = { kind: 'MESSAGE', id: 'message-1' } as const;
    const context = { schedules: kept, reminders: { intervalMs: HOUR_MS, limit } };
    await scheduleReminder(context, { ...notification, ...given }, source, number);
    return set;
  };

  test.each([
    [undefined, 1],
    [1, 1],
    [3, 3],
    [4, 4],
  ])('number %p is an interval after the one before, counted from the sending', async (number, intervals) => {
    expect(await scheduled({}, 3, number)).toEqual([[reminder(intervals), AT + intervals * HOUR_MS]]);
  });

  test('are not scheduled for what needs no acknowledgement, nor where they are turned off', async () => {
    expect(await scheduled({ requiresAcknowledgment: false }, 3)).toEqual([]);
    expect(await scheduled({}, 0)).toEqual([]);
  });
});
