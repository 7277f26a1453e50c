import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AwsEndpoint, startAwsEndpoint } from '../../local/aws-endpoint';
import { type Scheduler, startScheduler } from '../../local/scheduler/scheduler';
import { eventually } from './eventually';

const TARGET = 'arn:aws:lambda:us-east-1:000000000000:function:expire';
const DEAD_LETTERS = 'arn:aws:sqs:us-east-1:000000000000:dead';

interface Running {
  readonly client: SchedulerClient;
  readonly calls: { readonly event: unknown; readonly atMs: number }[];
  readonly deadLetters: string[];
  /** What the target does with a call. */
  onCall: (event: unknown) => Promise<void>;
  stop(): Promise<void>;
}

let directory: string;
let running: Running;

async function start(): Promise<Running> {
  const abort = new AbortController();
  const calls: Running['calls'] = [];
  const deadLetters: string[] = [];
  const started = { calls, deadLetters, onCall: () => Promise.resolve() } as unknown as Running;
  const scheduler: Scheduler = startScheduler({
    groupNames: ['group'],
    file: path.join(directory, 'schedules.jsonl'),
    functions: { has: (name) => name === 'expire', invoke: () => Promise.resolve(undefined) },
    invoker: {
      invoke: async (_name, event) => {
        calls.push({ event, atMs: Date.now() });
        await started.onCall(event);
      },
    },
    queues: {
      sendMessage: (queueArn, body) => {
        deadLetters.push(`${queueArn} ${body}`);
        return Promise.resolve();
      },
    },
    warn: () => undefined,
    signal: abort.signal,
  });
  const endpoint: AwsEndpoint = await startAwsEndpoint([scheduler.service], () => undefined);
  const client = new SchedulerClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  return Object.assign(started, {
    client,
    stop: async () => {
      abort.abort();
      client.destroy();
      await endpoint.stop();
      await scheduler.stop();
    },
  });
}

const at = (epochMs: number): string => `at(${new Date(epochMs).toISOString().slice(0, 19)})`;
const DAY_MS = 86_400_000;

function schedule(changes: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput {
  return {
    Name: 'one',
    GroupName: 'group',
    ScheduleExpression: at(Date.now() + DAY_MS),
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: TARGET, RoleArn: 'arn:aws:iam::000000000000:role/r', Input: '{"id":"7"}' },
    ...changes,
  };
}

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'muster-scheduler-'));
  running = await start();
});

afterEach(async () => {
  await running.stop();
  rmSync(directory, { recursive: true });
});

describe('the API, through the SDK client', () => {
  test('a schedule can be made, read, moved, listed and deleted', async () => {
    const made = await running.client.send(new CreateScheduleCommand(schedule({ Description: 'd' })));
    expect(made.ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/group/one');
    const later = at(Date.now() + 2 * DAY_MS);
    await running.client.send(new UpdateScheduleCommand(schedule({ ScheduleExpression: later })));
    const read = await running.client.send(new GetScheduleCommand({ Name: 'one', GroupName: 'group' }));
    expect(read).toMatchObject({
      ScheduleExpression: later,
      State: 'ENABLED',
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: TARGET, Input: '{"id":"7"}' },
    });
    expect(read.Description).toBeUndefined(); // an update replaces everything
    expect(read.CreationDate).toBeInstanceOf(Date);
    await running.client.send(new CreateScheduleCommand(schedule({ Name: 'two' })));
    const first = await running.client.send(new ListSchedulesCommand({ GroupName: 'group', MaxResults: 1 }));
    const rest = await running.client.send(
      new ListSchedulesCommand({ GroupName: 'group', NextToken: first.NextToken ?? '' }),
    );
    expect([...(first.Schedules ?? []), ...(rest.Schedules ?? [])].map(({ Name }) => Name)).toEqual(['one', 'two']);
    await running.client.send(new DeleteScheduleCommand({ Name: 'one', GroupName: 'group' }));
    await expect(
      running.client.send(new GetScheduleCommand({ Name: 'one', GroupName: 'group' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } });
  });

  test('a name that is taken is a conflict, but the same client token is the same call', async () => {
    const command = new CreateScheduleCommand(schedule({ ClientToken: 'token-1' }));
    const made = await running.client.send(command);
    expect((await running.client.send(command)).ScheduleArn).toBe(made.ScheduleArn);
    await expect(
      running.client.send(new CreateScheduleCommand(schedule({ ClientToken: 'token-2' }))),
    ).rejects.toMatchObject({ name: 'ConflictException', $metadata: { httpStatusCode: 409 } });
  });

  test.each<[string, Partial<CreateScheduleCommandInput>, string]>([
    ['a date that is none', { ScheduleExpression: 'at(2027-02-30T00:00:00)' }, 'ValidationException'],
    ['no at()', { ScheduleExpression: 'tomorrow' }, 'ValidationException'],
    ['a name with a slash', { Name: 'a b' }, 'ValidationException'],
    ['a group that is not there', { GroupName: 'other' }, 'ResourceNotFoundException'],
    ['another time zone', { ScheduleExpressionTimezone: 'Europe/Berlin' }, 'ValidationException'],
  ])('%s is refused', async (_name, changes, name) => {
    await expect(running.client.send(new CreateScheduleCommand(schedule(changes)))).rejects.toMatchObject({ name });
  });

  test('what is not there can be neither moved nor deleted', async () => {
    const missing = { name: 'ResourceNotFoundException' };
    await expect(running.client.send(new UpdateScheduleCommand(schedule()))).rejects.toMatchObject(missing);
    await expect(
      running.client.send(new DeleteScheduleCommand({ Name: 'one', GroupName: 'group' })),
    ).rejects.toMatchObject(missing);
  });

  test('the groups of the template are there', async () => {
    const group = await running.client.send(new GetScheduleGroupCommand({ Name: 'group' }));
    expect(group.State).toBe('ACTIVE');
  });
});

describe('firing', () => {
  test('is on time, with the input, and deletes the schedule', async () => {
    const dueAtMs = Math.ceil(Date.now() / 1_000 + 1) * 1_000;
    await running.client.send(new CreateScheduleCommand(schedule({ ScheduleExpression: at(dueAtMs) })));
    await eventually(() => {
      expect(running.calls).toHaveLength(1);
    });
    expect(running.calls[0]?.event).toEqual({ id: '7' });
    expect(running.calls[0]?.atMs).toBeGreaterThanOrEqual(dueAtMs);
    await eventually(async () => {
      await expect(
        running.client.send(new GetScheduleCommand({ Name: 'one', GroupName: 'group' })),
      ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });
  });

  test('a schedule that its own target moves is kept, and fires again', async () => {
    let moved = false;
    running.onCall = async () => {
      if (moved) return;
      moved = true;
      const next = schedule({ ScheduleExpression: at(Date.now() + DAY_MS) });
      await running.client.send(new UpdateScheduleCommand(next));
    };
    await running.client.send(new CreateScheduleCommand(schedule({ ScheduleExpression: at(Date.now() - 1_000) })));
    await eventually(() => {
      expect(running.calls).toHaveLength(1);
    });
    const kept = await running.client.send(new GetScheduleCommand({ Name: 'one', GroupName: 'group' }));
    expect(kept.State).toBe('ENABLED');
    await running.client.send(new UpdateScheduleCommand(schedule({ ScheduleExpression: at(Date.now() - 1_000) })));
    await eventually(() => {
      expect(running.calls).toHaveLength(2);
    });
  });

  test('a disabled schedule does not fire; one that is kept after completion fires once', async () => {
    const past = at(Date.now() - 1_000);
    await running.client.send(new CreateScheduleCommand(schedule({ ScheduleExpression: past, State: 'DISABLED' })));
    const kept = schedule({ Name: 'kept', ScheduleExpression: past, ActionAfterCompletion: 'NONE' });
    await running.client.send(new CreateScheduleCommand(kept));
    await running.client.send(new CreateScheduleCommand(schedule({ Name: 'last', ScheduleExpression: past })));
    await eventually(async () => {
      const { Schedules } = await running.client.send(new ListSchedulesCommand({ GroupName: 'group' }));
      expect(Schedules?.map(({ Name }) => Name)).toEqual(['kept', 'one']);
    });
    expect(running.calls).toHaveLength(2);
  });

  test('a target that is not there ends in the dead-letter queue', async () => {
    const target = {
      Arn: `${TARGET}-gone`,
      RoleArn: 'r',
      Input: '"x"',
      DeadLetterConfig: { Arn: DEAD_LETTERS },
    };
    const past = at(Date.now() - 1_000);
    await running.client.send(new CreateScheduleCommand(schedule({ ScheduleExpression: past, Target: target })));
    await eventually(() => {
      expect(running.deadLetters).toEqual([`${DEAD_LETTERS} "x"`]);
    });
  });
});

describe('after a restart', () => {
  test('schedules are there, and what became due meanwhile fires', async () => {
    await running.client.send(new CreateScheduleCommand(schedule({ Name: 'later' })));
    await running.client.send(new CreateScheduleCommand(schedule({ Name: 'gone' })));
    await running.client.send(new DeleteScheduleCommand({ Name: 'gone', GroupName: 'group' }));
    let letGo: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    running.onCall = () => hanging; // as if killed while the target runs
    await running.client.send(
      new CreateScheduleCommand(schedule({ Name: 'due', ScheduleExpression: at(Date.now() - 1_000) })),
    );
    await eventually(() => {
      expect(running.calls).toHaveLength(1);
    });
    const killed = running;
    running = await start();
    await eventually(() => {
      expect(running.calls).toHaveLength(1);
    });
    await eventually(async () => {
      const { Schedules } = await running.client.send(new ListSchedulesCommand({ GroupName: 'group' }));
      expect(Schedules?.map(({ Name }) => Name)).toEqual(['later']);
    });
    letGo();
    await killed.stop();
  });

  test('a line that a crash cut short is left out', async () => {
    await running.client.send(new CreateScheduleCommand(schedule()));
    await running.stop();
    appendFileSync(path.join(directory, 'schedules.jsonl'), '{"remove":"group/o');
    running = await start();
    const { Schedules } = await running.client.send(new ListSchedulesCommand({ GroupName: 'group' }));
    expect(Schedules?.map(({ Name }) => Name)).toEqual(['one']);
  });
});
