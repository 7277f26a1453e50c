import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AwsEndpoint, startAwsEndpoint } from '../aws-endpoint';
import { type Scheduler, startScheduler } from '../scheduler/scheduler';
import { eventually } from './eventually';

const TARGET = 'arn:aws:lambda:us-east-1:000000000000:function:expire';
const DEAD_LETTERS = 'arn:aws:sqs:us-east-1:000000000000:dead';

interface Running {
  readonly client: SchedulerClient;
  readonly calls: { readonly event: unknown; readonly atMs: number }[];
  readonly deadLetters: string[];
  /** The target's handler for a call. */
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
    file: journalFile(),
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

const journalFile = (): string => path.join(directory, 'schedules.jsonl');

/** The schedules that the next start would load. */
function kept(): { readonly name: string; readonly dueAtMs: number }[] {
  const schedules = new Map<string, { name: string; dueAtMs: number }>();
  for (const line of readFileSync(journalFile(), 'utf8').trim().split('\n')) {
    if (line === '') continue;
    const { put, remove } = JSON.parse(line) as { put?: { name: string; dueAtMs: number }; remove?: string };
    if (put !== undefined) schedules.set(`group/${put.name}`, { name: put.name, dueAtMs: put.dueAtMs });
    else schedules.delete(remove ?? '');
  }
  return [...schedules.values()];
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
  test('a schedule can be created, moved and deleted', async () => {
    const made = await running.client.send(new CreateScheduleCommand(schedule()));
    expect(made.ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/group/one');
    const later = Date.now() + 2 * DAY_MS;
    await running.client.send(new UpdateScheduleCommand(schedule({ ScheduleExpression: at(later) })));
    expect(kept()).toEqual([{ name: 'one', dueAtMs: Math.floor(later / 1_000) * 1_000 }]);
    await running.client.send(new CreateScheduleCommand(schedule({ Name: 'two' })));
    await running.client.send(new DeleteScheduleCommand({ Name: 'one', GroupName: 'group' }));
    expect(kept().map(({ name }) => name)).toEqual(['two']);
  });

  test('a name that is taken is a conflict unless the client token is the same', async () => {
    const command = new CreateScheduleCommand(schedule({ ClientToken: 'token-1' }));
    const made = await running.client.send(command);
    expect((await running.client.send(command)).ScheduleArn).toBe(made.ScheduleArn);
    await expect(
      running.client.send(new CreateScheduleCommand(schedule({ ClientToken: 'token-2' }))),
    ).rejects.toMatchObject({ name: 'ConflictException', $metadata: { httpStatusCode: 409 } });
  });

  test.each<[string, Partial<CreateScheduleCommandInput>, string]>([
    ['an invalid date', { ScheduleExpression: 'at(2027-02-30T00:00:00)' }, 'ValidationException'],
    ['no at()', { ScheduleExpression: 'tomorrow' }, 'ValidationException'],
    ['a name with a space', { Name: 'a b' }, 'ValidationException'],
    ['an unknown group', { GroupName: 'other' }, 'ResourceNotFoundException'],
    ['a schedule that is kept after it fires', { ActionAfterCompletion: 'NONE' }, 'ValidationException'],
    ['a schedule that is disabled', { State: 'DISABLED' }, 'ValidationException'],
    ['another time zone', { ScheduleExpressionTimezone: 'Europe/Berlin' }, 'ValidationException'],
  ])('%s is refused', async (_name, changes, name) => {
    await expect(running.client.send(new CreateScheduleCommand(schedule(changes)))).rejects.toMatchObject({ name });
  });

  test('a missing schedule can be neither moved nor deleted', async () => {
    const missing = { name: 'ResourceNotFoundException' };
    await expect(running.client.send(new UpdateScheduleCommand(schedule()))).rejects.toMatchObject(missing);
    await expect(
      running.client.send(new DeleteScheduleCommand({ Name: 'one', GroupName: 'group' })),
    ).rejects.toMatchObject(missing);
  });
});

describe('firing', () => {
  test('happens on time, passes the input, and deletes the schedule', async () => {
    const dueAtMs = Math.ceil(Date.now() / 1_000 + 1) * 1_000;
    await running.client.send(new CreateScheduleCommand(schedule({ ScheduleExpression: at(dueAtMs) })));
    await eventually(() => {
      expect(running.calls).toHaveLength(1);
    });
    expect(running.calls[0]?.event).toEqual({ id: '7' });
    expect(running.calls[0]?.atMs).toBeGreaterThanOrEqual(dueAtMs);
    await eventually(() => {
      expect(kept()).toEqual([]);
    });
  });

  test('a schedule that its target moves is kept and fires again', async () => {
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
    expect(kept().map(({ name }) => name)).toEqual(['one']);
    await running.client.send(new UpdateScheduleCommand(schedule({ ScheduleExpression: at(Date.now() - 1_000) })));
    await eventually(() => {
      expect(running.calls).toHaveLength(2);
    });
  });

  test('a schedule that its target deletes and recreates is kept', async () => {
    running.onCall = async () => {
      await running.client.send(new DeleteScheduleCommand({ Name: 'one', GroupName: 'group' }));
      await running.client.send(new CreateScheduleCommand(schedule()));
    };
    await running.client.send(new CreateScheduleCommand(schedule({ ScheduleExpression: at(Date.now() - 1_000) })));
    await running.client.send(new CreateScheduleCommand(schedule({ Name: 'two' })));
    await eventually(() => {
      expect(running.calls).toHaveLength(1);
      expect(kept().map(({ name }) => name)).toEqual(['two', 'one']);
    });
    await running.stop(); // waits for schedules that are firing
    expect(kept().map(({ name }) => name)).toEqual(['two', 'one']);
    running = await start();
  });

  test('a call to a missing target is dead-lettered', async () => {
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
  test('schedules are restored, and those that became due in between fire', async () => {
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
    await eventually(() => {
      expect(kept().map(({ name }) => name)).toEqual(['later']);
    });
    letGo();
    await killed.stop();
  });

  test('a line that a crash truncated is skipped', async () => {
    await running.client.send(new CreateScheduleCommand(schedule()));
    await running.stop();
    appendFileSync(journalFile(), '{"remove":"group/o');
    running = await start();
    expect(kept().map(({ name }) => name)).toEqual(['one']);
  });
});
