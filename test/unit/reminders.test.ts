import type { SchedulePayload, ReminderPayload } from '../../lib/schedules/payloads';
import { ConflictException, ResourceNotFoundException, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { describe, expect, test } from '@jest/globals';
import { eventBridgeSchedules } from '../../lib/schedules/schedules';
import type { Message } from '../../lib/messages/message';
import type { Notification } from '../../lib/messages/notification';
import { creationNotification } from '../../lib/dispatcher/notifications/roster';
import { scheduleReminder, sendReminder } from '../../lib/dispatcher/reminders';
import type { Entry } from '../../lib/rosters/entry';
import { encodeEntry } from '../../lib/rosters/entry';
import { headerToItem } from '../../lib/rosters/header';
import { newPageItem, UNREPORTED } from '../../lib/rosters/page-writes';
import { inboxKey, pageKey } from '../../lib/table/keys';
import { arrivedAt, closingOf, excusedAt, failedAt, pageOf, rosterOf } from '../support/made-rosters';
import { createMemoryTable } from '../support/memory-table';

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

const warning = (id: string) => ({ kind: 'WARNING', roster: 'SP', id, deadlineMs: AT + HOUR_MS }) as const;

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

  test.each([{ kind: 'STALL', id: 't' } as const, warning('t')])(
    'of a warning or a check for a stall fires that function too: %j',
    async (payload) => {
      const { sent, schedules: made } = schedules();
      await made.set(payload, AT + HOUR_MS);
      expect(sent[0]?.input.Target.Arn).toBe('arn:send-reminder');
    },
  );

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
      nameOf({ kind: 'STALL', id: 'message-1' }),
      nameOf({ kind: 'WARNING', roster: 'SP', id: 'message-1', deadlineMs: AT }),
      nameOf({ kind: 'WARNING', roster: 'PT', id: 'message-1', deadlineMs: AT }),
      nameOf({ kind: 'WARNING', roster: 'SP', id: 'message-1', deadlineMs: AT + 1 }),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has a name that Scheduler takes, whatever the id', async () => {
    for (const id of ['a', 'x:'.repeat(32), '.'.repeat(64)]) {
      for (const payload of [reminder(11, id), { kind: 'STALL', id }, warning(id)] as const) {
        expect(await nameOf(payload)).toMatch(/^[0-9a-zA-Z\-_.]{1,64}$/);
      }
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

describe('a reminder of the creation of a sync point', () => {
  /** Of five participants two are pending, of whom one has acknowledged; reminded at most once. */
  const entries: Record<string, Entry> = {
    'has-arrived': arrivedAt(AT + 1),
    'has-failed': failedAt(AT + 2),
    'was-excused': excusedAt(AT + 3),
    'has-acknowledged': UNREPORTED,
    'is-missing': UNREPORTED,
  };

  /** What is published when the reminder of this number fires. */
  async function fired(
    number: number,
    given: { readonly entries?: Record<string, Entry>; readonly ended?: boolean } = {},
  ) {
    const table = createMemoryTable();
    const page = pageOf(given.entries ?? entries, {
      rule: { quorum: 4, endWhen: 'everyone', creatorDecides: false },
      closing: given.ended === true ? closingOf('cancelled', 'lead', AT + 4) : null,
    });
    const roster = rosterOf('SP', page, { id: 'release', createdBy: 'lead', createdAtMs: AT });
    const { participants, header } = roster;
    const pending = [...page.entries.values()].filter(({ outcome }) => outcome === 'pending').length;
    table.place({ ...headerToItem('SP', header), participants });
    table.place({
      ...pageKey('SP', 'release', 0),
      ...newPageItem({ participants, rule: page.rule, terms: page.terms }, page),
      who: Object.fromEntries([...page.entries].map(([id, entry]) => [id, encodeEntry(entry)])),
      pend: pending,
      ...(page.closing && { closedAs: page.closing.as, closedAt: page.closing.atMs, closedBy: page.closing.by }),
    });
    const { id: messageId } = creationNotification(roster);
    table.place({ ...inboxKey('has-acknowledged', messageId, AT), acknowledgedAt: AT + 5 });
    const published: Message[] = [];
    const scheduled: SchedulePayload[] = [];
    const outcome = await sendReminder(
      {
        table,
        now: () => AT,
        publish: (message) => Promise.resolve(void published.push(message)),
        schedules: { set: (payload) => Promise.resolve(void scheduled.push(payload)) },
        reminders: { intervalMs: HOUR_MS, limit: 1 },
      },
      { kind: 'REMINDER', messageId, source: { kind: 'SP', id: 'release' }, number },
    );
    return { outcome, published, scheduled };
  }

  test('goes to who is pending and has not acknowledged, and to nobody else', async () => {
    const { outcome, published, scheduled } = await fired(1);
    expect(outcome).toBe('reminded');
    expect(published).toMatchObject([
      { recipients: [{ id: 'is-missing' }], reminder: 1, content: { type: 'SYNC_POINT_NOTIFICATION' } },
    ]);
    expect(scheduled).toMatchObject([{ number: 2 }]);
  });

  test('that comes after the last tells the sender of these alone', async () => {
    const { outcome, published, scheduled } = await fired(2);
    expect(outcome).toBe('sender-told');
    expect(published).toMatchObject([
      {
        recipients: [{ id: 'lead' }],
        content: { type: 'ACKNOWLEDGEMENT_MISSING', recipients: ['is-missing'], recipientCount: 1 },
      },
    ]);
    expect(scheduled).toEqual([]);
  });

  test.each([
    ['nobody is pending but who has acknowledged', { entries: { ...entries, 'is-missing': arrivedAt(AT + 9) } }],
    ['it has ended', { ended: true }],
  ])('is none once %s', async (_when, given) => {
    expect(await fired(1, given)).toEqual({ outcome: 'nothing-to-do', published: [], scheduled: [] });
    expect(await fired(2, given)).toEqual({ outcome: 'nothing-to-do', published: [], scheduled: [] });
  });
});
