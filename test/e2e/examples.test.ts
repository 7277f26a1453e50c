/** Runs what stands in examples/, each program in a process of its own as its reader would. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { codeBlocks, pageText } from '../support/markdown';
import {
  admin,
  agents,
  type CreatedSyncPoint,
  freshId,
  type HttpClient,
  idsOf,
  stackUrl,
} from '../support/http-client';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
const ROOT = path.dirname(EXAMPLES);

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As one agent: its token is in the environment, and nothing else of Muster's. */
function run(agent: HttpClient, program: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const [file = '', ...args] = program;
  const env = { PATH: process.env['PATH'], MUSTER_URL: stackUrl(), MUSTER_TOKEN: agent.token ?? '', ...environment };
  return new Promise((resolve) => {
    const child = execFile(file, args, { cwd: ROOT, env, timeout: 60_000 }, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

const linesOf = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

async function createPoint(creator: HttpClient, participants: readonly HttpClient[], fields = {}): Promise<string> {
  const body = { name: 'Example', participants: idsOf(participants), ...fields };
  return (await creator.post<CreatedSyncPoint>('/v1/sync-points', body)).body.id;
}

/** Refuses the first request of each method and path, and loses the answer to the second, which has taken effect. */
async function startUnreliableProxy(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const seen = new Map<string, number>();
  const server = createServer((request, response) => {
    const [asked = ''] = `${request.method ?? ''} ${request.url ?? ''}`.split('?');
    const times = (seen.get(asked) ?? 0) + 1;
    seen.set(asked, times);
    if (times === 1) {
      request.resume();
      response.writeHead(503, { 'retry-after': '0' }).end('try again');
      return;
    }
    const forward = async (): Promise<void> => {
      const { authorization = '', 'idempotency-key': key } = request.headers;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await fetch(stackUrl() + (request.url ?? ''), {
        method: request.method ?? '',
        headers: {
          authorization,
          'content-type': 'application/json',
          ...(key !== undefined && { 'idempotency-key': String(key) }),
        },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      const text = await answer.text();
      if (times === 2) request.socket.destroy();
      else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
    };
    forward().catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A program in TypeScript, as `npx tsx` runs it. */
const tsx = (file: string, ...args: string[]): string[] => [
  process.execPath,
  ...['--import', 'tsx', path.join(EXAMPLES, file)],
  ...args,
];

test('the commands of the README run as they stand there', async () => {
  const commands = codeBlocks(pageText('examples/README.md'))[0]?.code ?? '';
  const shell = ['bash', '--norc', '-euo', 'pipefail', '-c', commands];
  // As for the README, where the stack is and who its admin is comes from the environment, if it is there.
  const environment = { HOME: tmpdir(), MUSTER_TOKEN: '', MUSTER_ADMIN_TOKEN: admin().token ?? '' };
  const { exitCode, stdout, stderr } = await run(admin(), shell, environment);

  // npx and the shell scripts talk on standard error, which is shown if they fail.
  expect({ exitCode, said: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, said: '' });
  expect(stdout).toMatch(
    /^completed \{ tests: 212 \}\n[^]*480 primes, counted by 3 workers\n[^]*Approved\n[^]*Loading \d+ rows\n$/,
  );
});

describe('fan-out-fan-in', () => {
  const ORCHESTRATOR = 'fan-out-fan-in/orchestrator.ts';

  test('the orchestrator puts the results of its workers together', async () => {
    const { exitCode, stdout, stderr } = await run(admin(), tsx(ORCHESTRATOR, '10', '200', '3000'));

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    // 4 up to 10, 46 up to 200, 430 up to 3000
    const lines = ['480 primes, counted by 3 workers', ...Array<string>(3).fill('One of 3 workers is done')];
    expect(stdout.trim().split('\n').sort()).toEqual(lines);
  });

  test('a worker that fails ends the wait of all, and the orchestrator says which and why', async () => {
    const { exitCode, stdout, stderr } = await run(admin(), tsx(ORCHESTRATOR, '10', 'many'));

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^worker-\w+-2 has failed: many is not a whole number\n$/);
  });
});

describe('approval', () => {
  const APPROVAL = 'approval/approval.ts';

  test('two of three have approved, and a refusal has its reason', async () => {
    const { exitCode, stdout, stderr } = await run(admin(), tsx(APPROVAL, '2', 'yes', 'no:No changelog', 'yes'));

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/-2 (failed No changelog|pending) *\n/);
    expect(stdout).toMatch(/-1 arrived *\n[^]*-3 arrived *\nApproved\n$/);
  });

  test('two refusals of three are the end of it', async () => {
    const { exitCode, stdout, stderr } = await run(admin(), tsx(APPROVAL, '2', 'no:Broken', 'no:No changelog', 'yes'));

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/-1 failed Broken\n[^]*-2 failed No changelog\n[^]*Refused\n$/);
  });
});

describe('python-agent', () => {
  const AGENT = ['python3', path.join(EXAMPLES, 'python-agent/agent.py')];
  let boss: HttpClient;
  let counter: HttpClient;
  let other: HttpClient;

  beforeAll(async () => {
    [boss, counter, other] = await agents(['boss', 'counter', 'other']);
  });

  const sendTask = async (content: Record<string, unknown>): Promise<string> => {
    const sent = await boss.post<{ id: string }>('/v1/messages', {
      recipients: [counter.id],
      content: { type: 'COUNT_WORDS', ...content },
    });
    expect(sent.status).toBe(201);
    return sent.body.id;
  };

  test('does the task in its inbox, waits for the others, and acknowledges it with the result', async () => {
    const syncPointId = await createPoint(boss, [counter, other]);
    const running = run(counter, AGENT);
    const taskId = await sendTask({ syncPointId, text: 'to be or not to be' });
    await other.post(`/v1/sync-points/${syncPointId}/arrivals`, { data: { words: 1 } });

    const { exitCode, stdout, stderr } = await running;

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const results = { [counter.id]: { words: 6 }, [other.id]: { words: 1 } };
    expect(JSON.parse(stdout)).toEqual({ status: 'completed', results });
    const task = await boss.get<{ recipients: object[] }>(`/v1/messages/${taskId}`);
    expect(task.body.recipients).toMatchObject([{ acknowledgedAt: expect.any(String), data: { words: 6 } }]);
    const done = await boss.get<{ items: object[] }>('/v1/inbox?type=TASK_DONE&wait=20');
    expect(done.body.items).toMatchObject([{ content: { type: 'TASK_DONE', status: 'completed' } }]);
  });

  test('says why it has no result', async () => {
    const syncPointId = await createPoint(boss, [counter, other]);
    await sendTask({ syncPointId });

    const { exitCode, stdout } = await run(counter, AGENT);

    expect({ exitCode, ...(JSON.parse(stdout) as object) }).toEqual({ exitCode: 1, status: 'failed', results: {} });
    const point = await boss.get(`/v1/sync-points/${syncPointId}`);
    expect(point.body).toMatchObject({ endReason: 'the text is missing', failedParticipants: [counter.id] });
  });

  test('does a task again that was done and not acknowledged, and is done with one that nobody waits for', async () => {
    const again = await createPoint(boss, [counter, other], { quorum: 1 });
    await counter.post(`/v1/sync-points/${again}/arrivals`, { data: { words: 2 } });
    await sendTask({ syncPointId: again, text: 'two words' });
    expect(await run(counter, AGENT)).toMatchObject({ exitCode: 0, stderr: '' });

    const cancelled = await createPoint(boss, [counter, other]);
    await boss.post(`/v1/sync-points/${cancelled}/cancel`, {});
    await sendTask({ syncPointId: cancelled, text: 'too late' });
    expect(await run(counter, AGENT)).toMatchObject({ exitCode: 1, stderr: '' });

    const inbox = await counter.get<{ items: object[] }>('/v1/inbox?unacknowledged=true&type=COUNT_WORDS');
    expect(inbox.body.items).toEqual([]);
  });
});

describe('through refused requests and lost answers', () => {
  let proxy: Awaited<ReturnType<typeof startUnreliableProxy>>;
  let boss: HttpClient;
  let one: HttpClient;
  let two: HttpClient;

  beforeAll(async () => {
    proxy = await startUnreliableProxy();
    [boss, one, two] = await agents(['boss', 'one', 'two']);
  });
  afterAll(() => {
    proxy.stop();
  });

  test('the Python agent and the barrier of GitHub Actions each arrive once, and the sender is told once', async () => {
    const syncPointId = await createPoint(boss, [one, two]);
    await boss.post('/v1/messages', {
      recipients: [one.id],
      content: { type: 'COUNT_WORDS', syncPointId, text: 'one' },
    });

    const ended = await Promise.all([
      run(one, ['python3', path.join(EXAMPLES, 'python-agent/agent.py')], { MUSTER_URL: proxy.url }),
      run(two, [path.join(EXAMPLES, 'github-actions/barrier.sh'), 'join', '{"words":2}'], {
        MUSTER_URL: proxy.url,
        BARRIER: syncPointId,
      }),
    ]);

    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(linesOf(ended[1].stdout)).toHaveLength(2);
    const arrivals = await boss.get<{ items: object[] }>(`/v1/sync-points/${syncPointId}/arrivals`);
    expect(arrivals.body.items).toHaveLength(2);
    const sent = await one.get<{ items: object[] }>('/v1/messages');
    expect(sent.body.items).toHaveLength(1);
  });
});

describe('github-actions', () => {
  interface Workflow {
    readonly env: Readonly<Record<string, string>>;
    readonly jobs: Readonly<
      Record<'open' | 'deploy', { readonly steps: readonly { readonly run?: string; readonly if?: string }[] }>
    >;
  }
  const workflow = parse(readFileSync(path.join(EXAMPLES, 'github-actions/workflow.yml'), 'utf8')) as Workflow;
  const stepOf = (job: 'open' | 'deploy', command: string): string =>
    (
      workflow.jobs[job].steps.find(({ run: script }) => script?.includes(`barrier.sh ${command}`))?.run ?? ''
    ).replaceAll('.github/', `${EXAMPLES}/github-actions/`);
  let opener: HttpClient;
  let regions: HttpClient[];

  beforeAll(async () => {
    [opener, ...regions] = await agents(['opener', 'deploy-eu', 'deploy-us', 'deploy-ap']);
  });

  const step = (agent: HttpClient, script: string, BARRIER: string, REGION = 'eu'): Promise<Ended> =>
    run(agent, ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], { BARRIER, REGION });

  /** The step names agents that every run of this test shares; here they have ids of their own. */
  const open = (BARRIER: string): Promise<Ended> => {
    const ids = idsOf(regions);
    const script = stepOf('open', 'open').replace(
      /deploy-(eu|us|ap)/g,
      (name) => ids.find((id) => id.startsWith(name)) ?? '',
    );
    return step(opener, script, BARRIER);
  };

  test('the jobs of the matrix wait for each other, and each sees what the others brought', async () => {
    const barrier = freshId('deploy');
    expect(await open(barrier)).toEqual({ exitCode: 0, stdout: 'waiting\n', stderr: '' });

    const joined = await Promise.all(
      regions.map((region, index) => step(region, stepOf('deploy', 'join'), barrier, ['eu', 'us', 'ap'][index])),
    );

    const all = regions.map((region, index) => ({ agentId: region.id, data: { region: ['eu', 'us', 'ap'][index] } }));
    for (const { exitCode, stdout, stderr } of joined) {
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(linesOf(stdout)).toHaveLength(3);
      expect(linesOf(stdout)).toEqual(expect.arrayContaining(all));
    }
    // A job that is started again finds the barrier there.
    expect((await open(barrier)).stdout).toBe('completed\n');
  });

  test('a job that fails sends the others home, with its reason', async () => {
    const barrier = freshId('deploy');
    await open(barrier);
    const [eu, us, ap] = regions as [HttpClient, HttpClient, HttpClient];
    const waiting = [eu, us].map((region) => step(region, stepOf('deploy', 'join'), barrier));

    const failed = await step(ap, stepOf('deploy', 'fail'), barrier, 'ap');

    expect(failed).toEqual({ exitCode: 0, stdout: 'failed\n', stderr: '' });
    for (const { exitCode, stdout, stderr } of await Promise.all(waiting)) {
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(/ap failed|sync-point\.not-waiting/);
    }
  });

  test('a request that Muster refuses is shown, and ends the step', async () => {
    const { exitCode, stdout, stderr } = await step(opener, stepOf('deploy', 'join'), freshId('nowhere'));

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('sync-point.not-found');
  });

  test('a failure is told also when the job was cancelled', () => {
    expect(workflow.jobs.deploy.steps.at(-1)?.if).toBe('failure() || cancelled()');
    expect(Object.keys(workflow.env)).toEqual(['MUSTER_URL', 'BARRIER']);
  });
});

describe('shell-pipeline', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-pipeline-'));
  const orders = path.join(folder, 'orders.csv');
  const customers = path.join(folder, 'customers.csv');

  beforeAll(() => {
    writeFileSync(orders, 'id,customer\n1,ann\n2,bob\n');
    writeFileSync(customers, 'name\nann\n');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const pipeline = (...files: string[]): Promise<Ended> =>
    run(admin(), [path.join(EXAMPLES, 'shell-pipeline/pipeline.sh'), ...files], {
      MUSTER_COMMAND: `${process.execPath} ${path.join(ROOT, 'cli/muster.mjs')}`,
    });

  test('loads what both extracts have found', async () => {
    expect(await pipeline(orders, customers)).toMatchObject({ exitCode: 0, stdout: 'Loading 3 rows\n' });
  });

  test('loads nothing if one of them has failed', async () => {
    const missing = path.join(folder, 'missing.csv');

    const { exitCode, stdout, stderr } = await pipeline(orders, missing);

    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
    expect(stderr).toContain(`There is no file ${missing}`);
  });
});
