import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { stopsFirst } from '../../test/support/stops-first';
import { type InProcessStack, startInProcessStack } from '../../test/support/in-process-stack';
import { createProgram } from '../program';
import { processTerminal } from '../terminal';
import { run, type Run, testTerminal, type TestTerminal } from './run';

let stack: InProcessStack;
const folder = mkdtempSync(path.join(tmpdir(), 'muster-cli-'));
/** By agent. */
const tokens: Record<string, string> = {};
/** The commands that this file has run, with their real names. */
const ran = new Set<string>();

beforeAll(async () => {
  stack = await startInProcessStack();
  stopsFirst.push(stack.stop);
  tokens['admin'] = stack.adminToken;
  for (const id of ['builder', 'tester', 'boss']) {
    const { out } = await as('admin', ['agents', 'register', id]);
    tokens[id] = out.trim();
  }
});

const terminalOf = (agent: string, input = ''): TestTerminal => {
  const token = tokens[agent];
  return testTerminal(
    { now: stack.clock.now, env: { MUSTER_URL: stack.url, ...(token !== undefined && { MUSTER_TOKEN: token }) } },
    input,
  );
};

const as = (agent: string, args: readonly string[], input = ''): Promise<Run> => {
  ran.add(leafOf(args));
  return run(args, terminalOf(agent, input));
};

/** The JSON that a command prints. */
async function json<T = Record<string, unknown>>(agent: string, args: readonly string[], input = ''): Promise<T> {
  const { code, out, err } = await as(agent, [...args, '--json'], input);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as T;
}

const program = await createProgram(processTerminal());

const leafOf = ([noun = '', verb = '']: readonly string[]): string => {
  const find = (parent: Command, name: string): Command | undefined =>
    parent.commands.find((command) => [command.name(), ...command.aliases()].includes(name));
  const group = find(program, noun);
  const leaf = group && find(group, verb);
  return [group?.name(), leaf?.name()].filter(Boolean).join(' ');
};

describe('agents', () => {
  test('register prints the token and nothing else on standard output', async () => {
    const { code, out, err } = await as('admin', ['agents', 'register', 'painter', '--name', 'Painter']);
    expect({ code, err }).toEqual({ code: 0, err: 'Registered painter. Its token is shown only once:\n' });
    expect(out).toMatch(/^muster_[\w-]{43}\n$/);
  });

  test('are listed, shown, changed, deactivated and brought back', async () => {
    await as('admin', ['agents', 'register', 'temp', '--metadata', '{"team":"x"}']);
    const { out } = await as('admin', ['agents', 'ls', '--limit', 'all']);
    expect(out).toMatch(/^ID +NAME +PRESENCE +SINCE\n/);
    expect(out).toMatch(/^temp +temp +- +-$/m);

    expect(await json('admin', ['agents', 'update', 'temp', '--name', 'Temp'])).toMatchObject({ name: 'Temp' });
    expect((await as('admin', ['agents', 'show', 'temp'])).out).toMatch(/^name +Temp$/m);
    expect(await as('admin', ['agents', 'deactivate', 'temp'])).toMatchObject({ code: 0, err: 'Deactivated temp.\n' });
    expect((await as('admin', ['agents', 'get', 'temp'])).out).toMatch(/^presence +deactivated$/m);
    expect((await as('admin', ['agents', 'reactivate', 'temp'])).out).toMatch(/^muster_[\w-]{43}\n$/);
  });

  test('get and lose tokens', async () => {
    const made = await json('builder', ['tokens', 'create', 'builder']);
    expect((await as('builder', ['tokens', 'list', 'builder'])).out).toContain(String(made['tokenId']));
    const revoked = await as('builder', ['tokens', 'revoke', 'builder', String(made['tokenId'])]);
    expect(revoked).toEqual({ code: 0, out: '', err: `Revoked ${String(made['tokenId'])} of builder.\n` });
    expect((await as('builder', ['tokens', 'list', 'builder'])).out).not.toContain(String(made['tokenId']));
  });

  test('know who they are and whether Muster answers', async () => {
    expect(await json('builder', ['whoami'])).toMatchObject({ id: 'builder', role: 'agent' });
    expect((await as('nobody', ['health'])).out).toMatch(/^ok, version /);
  });

  test('check in and out', async () => {
    expect((await as('builder', ['presence', 'check-in', '--ttl', '5m'])).out).toBe('You are present for 5 min.\n');
    expect((await as('admin', ['agents', 'show', 'builder'])).out).toMatch(/^expires +in 5 min$/m);
    expect(await as('builder', ['presence', 'check-out'])).toMatchObject({ code: 0, err: 'You have checked out.\n' });
  });

  test('keep their presence until Ctrl-C', async () => {
    const terminal = terminalOf('tester');
    ran.add('presence keep');
    const ended = run(['presence', 'keep', '--ttl', '60'], terminal);
    await terminal.says('You are present');
    expect((await as('admin', ['agents', 'show', 'tester'])).out).toMatch(/^presence +present$/m);
    terminal.interrupt();
    expect((await ended).code).toBe(130);
    expect((await as('admin', ['agents', 'show', 'tester'])).out).toMatch(/^presence +-$/m);
  });
});

const create = (id: string, ...options: string[]): Promise<Run> =>
  as('boss', ['sync-points', 'create', id, '--participants', 'builder,tester', ...options]);

describe('sync points', () => {
  test('are created, listed, shown and moved', async () => {
    expect(await create('p-show', '--in', '2h', '--metadata', '{"a":1}')).toMatchObject({
      code: 0,
      out: 'p-show is waiting for builder, tester.\n',
      err: '',
    });
    const list = await as('boss', ['sp', 'list', '--status', 'waiting', '--role', 'creator']);
    expect(list.out).toMatch(/^ID +STATUS +ARRIVED +DEADLINE +CREATED +WAITS FOR\n/);
    expect(list.out).toMatch(/^p-show +waiting +0 of 2 +in 2 h +now +builder, tester$/m);

    const shown = (await as('boss', ['barrier', 'show', 'p-show'])).out;
    expect(shown).toMatch(/^needs +2 arrivals of 2$/m);
    expect(shown).toMatch(/^metadata +\{"a":1\}$/m);
    expect((await as('boss', ['sp', 'move', 'p-show', '--in', '30m'])).out).toMatch(/deadline in 30 min\.\n$/);
    expect((await as('boss', ['sp', 'move', 'p-show', '--none'])).out).toBe('p-show has no deadline.\n');
    const time = new Date(stack.clock.now() + 3_600_000).toISOString();
    expect(await json('boss', ['sp', 'move', 'p-show', '--deadline', time])).toMatchObject({ deadline: time });
  });

  test('warn of participants that are not registered', async () => {
    const { code, err } = await as('boss', [
      'sp',
      'create',
      '--name',
      'X',
      '--participants',
      'builder',
      '--participants',
      'zed',
    ]);
    expect(code).toBe(0);
    expect(err).toMatch(/^warning: .*zed/);
  });

  test('are completed by arrivals, with data from an option, a file and standard input', async () => {
    await create('p-arrive');
    const file = path.join(folder, 'data.json');
    writeFileSync(file, '{"tests":212}');
    const first = await as('builder', ['sp', 'arrive', 'p-arrive', '--data', `@${file}`]);
    expect(first.out).toBe('builder has arrived at p-arrive, which is waiting.\n');
    const wait = await as('tester', ['sp', 'arrive', 'p-arrive', '--data', '-', '--wait'], 'null');
    expect(wait).toMatchObject({ code: 0, err: '' });
    expect(wait.out).toMatch(/^p-arrive is completed\.\n\nAGENT +OUTCOME +AT +/);
    const again = await as('builder', ['sp', 'arrive', 'p-arrive', '--data', '{"tests":212}']);
    expect(again.out).toBe('builder has already arrived at p-arrive, which is completed.\n');

    expect(await json('boss', ['sp', 'wait', 'p-arrive'])).toMatchObject({
      syncPoint: { status: 'completed' },
      data: { builder: { tests: 212 }, tester: null },
    });
    const arrivals = await json<Record<string, unknown>[]>('boss', ['sp', 'arrivals', 'p-arrive']);
    expect(arrivals.map(({ agentId }) => agentId)).toEqual(['builder', 'tester']);
    const participants = await as('boss', ['sp', 'participants', 'p-arrive', '--outcome', 'arrived', '--ndjson']);
    const lines = participants.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([{ agentId: 'builder' }, { agentId: 'tester' }]);
    expect((await as('boss', ['sp', 'events', 'p-arrive'])).out).toMatch(/ SYNC_POINT_COMPLETED +p-arrive +system/);
  });

  test('fail, and excuse participants', async () => {
    await create('p-fail', '--end-when', 'everyone', '--quorum', '1');
    const failed = await as('builder', ['sp', 'fail', 'p-fail', '--reason', 'Out of disk', '--data', '{"left":0}']);
    expect(failed.out).toBe('builder has failed at p-fail, which is waiting.\n');
    const excused = await as('boss', ['sp', 'excuse', 'p-fail', 'tester', '--reason', 'Not needed']);
    expect(excused.out).toMatch(/^tester is excused from p-fail, which is /);
  });

  test.each([
    ['complete', 'completed', 0],
    ['cancel', 'cancelled', 4],
    ['end-as-failed', 'failed', 5],
  ])('%s ends them as %s, and who waits ends with %i', async (verb, status, code) => {
    const id = `p-${verb}`;
    await create(id);
    const waits = as('builder', ['sp', 'wait', id, '--timeout', '1m']);
    const ended = await as('boss', ['sp', verb, id, '--reason', 'By hand']);
    expect(ended).toEqual({ code: 0, out: `${id} is ${status}.\n`, err: '' });
    const { out, ...rest } = await waits;
    expect(rest).toEqual({ code, err: '' });
    expect(out).toMatch(new RegExp(`^${id} is ${status}: By hand\n`));
  });

  test('that expire end a wait with 3', async () => {
    await create('p-expire', '--in', '1h');
    await stack.clock.turnTo(stack.clock.now() + 3_600_001);
    expect((await as('builder', ['sp', 'arrive', 'p-expire', '--wait'])).code).toBe(3);
  });

  test('that have no end by --timeout end a wait with 124', async () => {
    await create('p-timeout');
    const { code, out, err } = await as('builder', ['sp', 'wait', 'p-timeout', '--timeout', '0.2s']);
    expect({ code, out }).toEqual({ code: 124, out: '' });
    expect(err).toMatch(/^muster: .*limit.*\n$/);
  });

  test('are waited for until Ctrl-C', async () => {
    await create('p-interrupt');
    const terminal = terminalOf('builder');
    const ended = run(['sp', 'wait', 'p-interrupt'], terminal);
    await new Promise((resolve) => setImmediate(resolve));
    terminal.interrupt('SIGTERM');
    expect(await ended).toEqual({ code: 143, out: '', err: '' });
  });
});

describe('trackers', () => {
  test('are created, reported to, changed, listed and shown', async () => {
    const created = await as('boss', [
      'trackers',
      'create',
      't-1',
      '--total',
      '4',
      '--participants',
      'builder',
      '--stall',
      '5m',
    ]);
    expect(created).toEqual({ code: 0, out: 't-1 is at 0 of 4 steps (active).\n', err: '' });
    const reported = await as('builder', ['pt', 'report', 't-1', '1', '--data', '{"rows":4000}', '--if-step', '0']);
    expect(reported.out).toBe('builder is at step 1 of t-1, which is active.\n');
    expect(await json('builder', ['pt', 'reports', 't-1'])).toMatchObject([{ step: 1, data: { rows: 4000 } }]);
    expect((await as('boss', ['pt', 'change', 't-1', '--total', '8', '--in', '1h'])).out).toBe(
      't-1 is at 0 of 8 steps (active). Its deadline is in 60 min.\n',
    );
    expect((await as('boss', ['tracker', 'list'])).out).toMatch(/^t-1 +active +0 of 8 +\d+% +/m);
    expect((await as('boss', ['pt', 'show', 't-1'])).out).toMatch(/^participants +builder 1$/m);
    expect((await as('boss', ['pt', 'participants', 't-1'])).out).toMatch(/^builder +pending +- +1 +/m);
    expect((await as('boss', ['pt', 'events', 't-1'])).out).toContain('PROGRESS_UPDATED');
  });

  test('are waited for', async () => {
    await as('boss', [
      'pt',
      'create',
      't-2',
      '--total',
      '2',
      '--participants',
      'builder',
      '--complete-when',
      'everyone',
    ]);
    const waits = json('boss', ['pt', 'wait', 't-2']);
    await as('builder', ['pt', 'report', 't-2', '2', '--data', '"done"']);
    expect(await waits).toMatchObject({ tracker: { status: 'completed' }, data: { builder: 'done' } });
  });

  test.each([
    ['complete', 'completed'],
    ['cancel', 'cancelled'],
    ['end-as-failed', 'failed'],
  ])('%s ends them as %s', async (verb, status) => {
    const id = `t-${verb}`;
    await as('boss', ['pt', 'create', id, '--total', '2', '--participants', 'builder,tester']);
    expect((await as('builder', ['pt', 'fail', id, '--reason', 'x'])).code).toBe(0);
    expect((await as('boss', ['pt', 'excuse', id, 'tester'])).out).toMatch(/^tester is excused from /);
    expect((await as('boss', ['pt', verb, id])).out).toBe(`${id} is ${status}.\n`);
  });
});

describe('messages', () => {
  test('are sent, listed, acknowledged with data, and shown to their sender', async () => {
    const sent = await json('boss', [
      'send',
      'builder',
      '--type',
      'REVIEW',
      '--content',
      '{"url":"x"}',
      '--ack-required',
    ]);
    const inbox = await as('builder', ['inbox', 'list', '--type', 'REVIEW']);
    expect(inbox.out).toMatch(
      new RegExp(`^${String(sent['id'])} +now +boss +MEDIUM +required +REVIEW +\\{"url":"x"\\}$`, 'm'),
    );
    const acked = await as('builder', ['inbox', 'ack', String(sent['id']), '--data', '{"ok":true}']);
    expect(acked).toEqual({ code: 0, out: 'Acknowledged 1 message.\n', err: '' });
    expect((await as('builder', ['inbox', 'list', '--type', 'REVIEW'])).err).toBe('There are none.\n');
    expect((await as('builder', ['inbox', 'ls', '--all', '--type', 'REVIEW'])).out).toMatch(/ done +REVIEW /);
    expect((await as('boss', ['messages', 'show', String(sent['id'])])).out).toMatch(/^builder +now +\{"ok":true\}$/m);
    expect((await as('boss', ['messages', 'list'])).out).toMatch(/ 1 agent +MEDIUM +REVIEW$/m);
  });

  test('that are not in the inbox end ack with 6, after the others', async () => {
    const { code, out, err } = await as('builder', ['inbox', 'ack', '01981234-0000-7000-8000-000000000000']);
    expect({ code, out }).toEqual({ code: 6, out: 'Acknowledged 0 messages.\n' });
    expect(err).toMatch(/^muster: Not in your inbox: 0198/);
  });

  test('go to everyone on a roster', async () => {
    await create('p-send');
    const sent = await as('boss', [
      'messages',
      'send',
      '--to-sync-point',
      'p-send',
      '--type',
      'HURRY',
      '--priority',
      'HIGH',
    ]);
    expect(sent.out).toMatch(/^Sent [\da-f-]{36} to 2 agents\.\n$/);
  });

  test('are waited for by list', async () => {
    const listing = as('tester', ['inbox', 'list', '--type', 'LATE', '--wait', '20s']);
    await as('boss', ['send', 'tester', '--type', 'LATE']);
    expect((await listing).out).toContain('LATE');
  });

  test('are listened to as lines of JSON, and acknowledged when printed', async () => {
    const expiresAt = new Date(stack.clock.now() + 600_000).toISOString();
    await as('boss', ['send', 'tester', '--type', 'ONE', '--expires-at', expiresAt]);
    const { code, out } = await as('tester', ['inbox', 'listen', '--type', 'ONE', '--count', '1']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ content: { type: 'ONE' }, expiresAt });
    expect((await as('tester', ['inbox', 'list', '--type', 'ONE'])).err).toBe('There are none.\n');
  });

  test('are handled by a command, which acknowledges by its exit code', async () => {
    await as('boss', ['send', 'tester', '--type', 'WORK', '--content', '{"n":1}']);
    const listen = ['inbox', 'listen', '--type', 'WORK', '--count', '1', '--exec'];
    const { out, code } = await as('tester', [...listen, 'cat; echo "id $MUSTER_MESSAGE_ID"']);
    const [message = '', id = ''] = out.split('\n');
    expect({ code, id }).toEqual({ code: 0, id: `id ${(JSON.parse(message) as { id: string }).id}` });
    expect((await as('tester', ['inbox', 'list', '--type', 'WORK'])).err).toBe('There are none.\n');
  });

  test('stay when the command fails, and are given to it again', async () => {
    await as('boss', ['send', 'tester', '--type', 'FLAKY']);
    const mark = path.join(folder, 'flaky');
    const command = `test -e ${mark} || { touch ${mark}; exit 3; }`;
    const { code, err } = await as('tester', ['inbox', 'listen', '--type', 'FLAKY', '--count', '1', '--exec', command]);
    expect(code).toBe(0);
    expect(err).toMatch(
      /^muster: message \S+: the command ended with exit code 3\. It is handled again after a pause\.\n$/,
    );
  });

  test('are handled by a command that acts as the same agent, wherever its token is from', async () => {
    await as('boss', ['send', 'tester', '--type', 'WHOSE']);
    const file = path.join(folder, 'tester.token');
    writeFileSync(file, tokens['tester'] ?? '');
    const terminal = testTerminal({ env: { MUSTER_URL: 'http://elsewhere.test', MUSTER_TOKEN: 'of-elsewhere' } });
    const listen = ['inbox', 'listen', '--url', stack.url, '--token-file', file, '--type', 'WHOSE', '--count', '1'];
    const { out } = await run([...listen, '--exec', 'echo "$MUSTER_URL $MUSTER_TOKEN"'], terminal);
    expect(out).toBe(`${stack.url} ${tokens['tester']}\n`);
  });

  test('are not said to be handled again when Ctrl-C has ended the command', async () => {
    await as('boss', ['send', 'tester', '--type', 'LONG']);
    const terminal = terminalOf('tester');
    const command = 'echo up; read line; sleep 0.3; exit 3';
    const ended = run(['inbox', 'listen', '--type', 'LONG', '--exec', command], terminal);
    await terminal.says('up');
    terminal.interrupt();
    expect(await ended).toEqual({ code: 130, out: 'up\n', err: '' });
  });

  test('that do not come by --timeout end listen with 124', async () => {
    const { code, out } = await as('tester', ['inbox', 'listen', '--type', 'NEVER', '--timeout', '0.1s']);
    expect({ code, out }).toEqual({ code: 124, out: '' });
  });
});

describe('events', () => {
  test('are listed for admins', async () => {
    await create('p-events');
    const events = await json<Record<string, unknown>[]>('admin', ['events', '--related-to', 'p-events']);
    expect(events).toMatchObject([{ type: 'SYNC_POINT_CREATED', relatedId: 'p-events' }]);
    const { code, err } = await as('builder', ['events']);
    expect(code).toBe(6);
    expect(err).toMatch(/^muster: .* \(403 auth\.forbidden/);
  });

  test('are followed, each once', async () => {
    const base = terminalOf('admin');
    // The log is read as often as it can be, by a machine whose clock is an hour ahead.
    const terminal = {
      ...base,
      now: () => stack.clock.now() + 3_600_000,
      sleep: (_ms: number, signal: AbortSignal) => pause(signal),
    };
    const ended = run(['events', '--follow', '--type', 'SYNC_POINT_CREATED', '--ndjson'], terminal);
    await create('p-follow-1');
    await base.says('p-follow-1');
    await create('p-follow-2');
    await base.says('p-follow-2');
    base.interrupt();
    const { code, out } = await ended;
    expect(code).toBe(130);
    const ids = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { relatedId: string }).relatedId);
    expect(ids.filter((id) => id.startsWith('p-follow'))).toEqual(['p-follow-1', 'p-follow-2']);
  });
});

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    setImmediate(() => {
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    });
  });

describe('profiles', () => {
  test('are made, listed, chosen, used and forgotten, and show no token', async () => {
    const terminal = testTerminal({}, `${tokens['builder'] ?? ''}\n`);
    const go = async (...args: string[]): Promise<Run> => {
      ran.add(leafOf(args));
      terminal.written.out = terminal.written.err = '';
      return run(args, terminal);
    };
    expect(await go('login', '--url', stack.url)).toEqual({
      code: 0,
      out: '',
      err: `You are builder (agent) at ${stack.url}, kept as the profile default.\n`,
    });
    const file = path.join(terminal.env['XDG_CONFIG_HOME'] ?? '', 'muster', 'config.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect((await go('whoami')).out).toMatch(/^id +builder$/m);
    await go('login', '--url', stack.url, '--profile', 'second');
    const { out, err } = await go('profiles');
    expect(out).toMatch(/^\* +second +http/m);
    expect(out + err).not.toContain('muster_');
    expect((await go('use', 'default')).code).toBe(0);
    expect((await go('logout')).err).toBe('Forgot the profile default.\n');
    expect(await go('whoami')).toMatchObject({ code: 1, err: expect.stringContaining('run muster login') });
    expect((await go('whoami', '--profile', 'second')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('second');
  });

  test('are not made of a token that is refused', async () => {
    const terminal = testTerminal({}, 'muster_wrong');
    const { code, err } = await run(['login', '--url', stack.url], terminal);
    expect(code).toBe(6);
    expect(err).toMatch(/^muster: .* Run muster login, or set MUSTER_TOKEN\. \(401 /);
    expect(err).not.toContain('muster_wrong');
  });
});

test.each(['bash', 'zsh', 'fish', 'powershell'])('completion %s has the commands and options', async (shell) => {
  const { code, out } = await as('nobody', ['completion', shell]);
  expect(code).toBe(0);
  for (const word of ['sync-points', 'arrive', '--data', 'redrive', '--dry-run']) expect(out).toContain(word);
});

test('mcp serves the tools to whoever starts it, until its input ends', async () => {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  const lines = [
    { jsonrpc: '2.0', id: 1, method: 'initialize', params },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 'b', method: 'tools/call', params: { name: 'who_am_i', arguments: {} } },
  ];
  const input = lines.map((line) => JSON.stringify(line)).join('\n');
  const { code, out, err } = await as('builder', ['mcp'], input);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const answers = out.trimEnd().split('\n');
  const byId = new Map(
    answers.map((line) => JSON.parse(line) as { id: unknown; result: object }).map(({ id, result }) => [id, result]),
  );
  expect(answers).toHaveLength(2);
  expect(byId.get(1)).toMatchObject({ protocolVersion: '2025-06-18', serverInfo: { name: 'muster' } });
  expect(byId.get('b')).toMatchObject({ structuredContent: { id: 'builder' } });
});

test('watch and run have exit codes of their own', async () => {
  await as('boss', ['sync-points', 'create', 'run-here', '--participants', 'builder,tester']);
  await as('boss', ['trackers', 'create', 'run-there', '--total', '2']);
  const failing = ['run', '--sync-point', 'run-here', '--', process.execPath, '-e', 'process.exit(3)'];
  expect((await as('builder', failing)).code).toBe(3);
  const watched = await as('tester', ['sync-points', 'watch', 'run-here']);
  expect(watched.code).toBe(5);
  expect(watched.out).toContain('failed: node exited with 3');
  await as('boss', ['trackers', 'cancel', 'run-there']);
  expect((await as('boss', ['trackers', 'watch', 'run-there'])).code).toBe(4);
});

test('every command has been run by this file', () => {
  // Those of `admin` have tests of their own.
  const groups = program.commands.filter((command) => command.name() !== 'admin');
  const leaves = groups.flatMap((command) =>
    command.commands.length > 0 ? command.commands.map((leaf) => `${command.name()} ${leaf.name()}`) : [command.name()],
  );
  expect(leaves.filter((leaf) => !ran.has(leaf))).toEqual([]);
});
