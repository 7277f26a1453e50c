import { expect, test } from '@jest/globals';
import { CATALOG, type ErrorCode, invalid, MusterError } from '../../lib/common/errors';
import { errorText } from '../../lib/mcp/errors';
import { isAllowedOrigin } from '../../lib/mcp/origin';
import { promptText } from '../../lib/mcp/prompts';
import { openTask, pollIntervalMs, sealTask } from '../../lib/mcp/tasks';
import { count, fitting, isoIn, names } from '../../lib/mcp/text';
import { listTools } from '../../lib/mcp/tools';

test('the list of tools is small enough for the context of a model, and complete', () => {
  const tools = listTools();
  expect(Buffer.byteLength(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } }))).toBeLessThan(12_000);
  for (const { description, inputSchema, outputSchema, annotations } of tools) {
    expect(description.length).toBeGreaterThan(80);
    expect([inputSchema.type, outputSchema.type]).toEqual(['object', 'object']);
    expect(annotations.openWorldHint).toBe(false);
  }
  // A tool that a description sends to exists.
  const mentioned = tools.flatMap(({ description }) => description.match(/[a-z]+(_[a-z]+)+/g) ?? []);
  expect(new Set(tools.map(({ name }) => name))).toEqual(new Set([...tools.map(({ name }) => name), ...mentioned]));
});

test('every error tells a model what it can do, with tools that exist', () => {
  const tools = new Set(listTools().map(({ name }) => name));
  const withoutAdvice = (Object.keys(CATALOG) as ErrorCode[]).filter((code) => {
    const [said, advice = ''] = errorText(new MusterError(code, 'A detail.'), 'request-1').split('\n');
    expect(said).toBe('A detail.');
    const mentioned = advice.match(/[a-z]+(_[a-z]+)+/g) ?? [];
    expect([code, mentioned.filter((name) => !tools.has(name))]).toEqual([code, []]);
    return !/^[A-Z].{15,100}\. ?.*\([a-z.-]+\)$/.test(advice);
  });
  expect(withoutAdvice).toEqual([]);
});

test('a tool says of its id whether a name can stand for it', () => {
  const idOf = (name: string) => {
    const schema: Record<string, unknown> = listTools().find((tool) => tool.name === name)?.inputSchema ?? {};
    return (schema['properties'] as Record<string, { description?: string }>)['id']?.description;
  };
  for (const name of ['show_status', 'wait_until_done', 'recent_events']) {
    expect([name, idOf(name)]).toEqual([name, 'Id, or name while it is open']);
  }
  expect(idOf('report_failure')).toBe('Id, not name');
});

test('the prompt says that a lead with one worker has to take part', () => {
  const text = promptText('coordinate_this_job', { job: 'x', agents: 'tester' });
  expect(text).toContain('It needs at least two participants, so list yourself if there is one other agent');
  expect(promptText('none', {})).toBeNull();
});

test('an error says its sentence once, and the title only before a place in the input', () => {
  const expired = new MusterError('sync-point.expired', 'The deadline of sync point "e1" has passed.');
  expect(errorText(expired, 'r').split('\n')[0]).toBe('The deadline of sync point "e1" has passed.');
  expect(errorText(invalid('#/to', 'must not be empty'), 'r')).toMatch(
    /^The request is invalid: #\/to must not be empty\n/,
  );
});

const holder = { agentId: 'builder', token: 'muster_secret' };
const task = { kind: 'tracker', id: 'x.y:z', createdAtMs: 5, version: undefined } as const;

test('the id of a task is opened by who has sealed it, and by nobody else', () => {
  const taskId = sealTask(task, holder);
  expect(openTask(taskId, holder)).toEqual(task);
  expect(openTask(sealTask({ ...task, version: 0 }, holder), holder)).toEqual({ ...task, version: 0 });
  expect(openTask(taskId, { ...holder, token: 'muster_other' })).toBeNull();
  expect(openTask(taskId, { ...holder, agentId: 'tester' })).toBeNull();
  for (const wrong of [
    ...['', '.', 'a.b', `${taskId}.`, `.${taskId}`, `${taskId}=`, taskId.toUpperCase()],
    ...Array.from(taskId, (_, index) => taskId.slice(0, index)),
  ]) {
    expect([wrong, openTask(wrong, holder)]).toEqual([wrong, null]);
  }
});

test('a task is asked for often at first, and twice a minute in the end', () => {
  expect([0, 30_000, 100_000, 86_400_000].map(pollIntervalMs)).toEqual([1_000, 3_000, 10_000, 30_000]);
});

test.each<[string | undefined, string, string[], boolean]>([
  [undefined, 'api.example', [], true],
  ['https://api.example', 'api.example', [], true],
  ['http://api.example', 'api.example', [], false],
  ['https://evil.example', 'api.example', [], false],
  ['null', 'api.example', [], false],
  ['http://127.0.0.1:4000', '127.0.0.1:4000', [], true],
  ['http://localhost:4000', '127.0.0.1:4000', [], false],
  // A name that resolves to the laptop, so that the page of that name reaches it.
  ['http://evil.example:4000', 'evil.example:4000', [], false],
  ['https://console.example', 'api.example', ['https://console.example'], true],
  ['https://evil.example', 'api.example', ['https://console.example'], false],
  ['https://any.example', 'api.example', ['*'], true],
])('a page of %s may call %s where %p may: %p', (origin, host, allowed, expected) => {
  expect(isAllowedOrigin(origin, host, allowed)).toBe(expected);
});

test('texts are short, however long the lists', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `agent-${index}`);
  expect(names(ids)).toMatch(/^agent-0, .*agent-19 and 9980 more$/);
  expect(names(ids).length).toBeLessThan(300);
  expect(names(['a', 'b'])).toBe('a, b');
  expect([count(1, 'message'), count(0, 'message')]).toEqual(['1 message', '0 messages']);
  const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
  expect(isoIn('2026-03-01T12:04:00.000Z', nowMs)).toBe('in 4 minutes (2026-03-01T12:04:00.000Z)');
  expect(isoIn('2026-03-01T11:59:59.000Z', nowMs)).toBe('1 second ago (2026-03-01T11:59:59.000Z)');
  expect(isoIn('2026-03-04T12:00:00.000Z', nowMs)).toMatch(/^in 3 days /);
});

test('data of others is listed as far as it fits, and at least the first', () => {
  const large = 'x'.repeat(20_000);
  expect(fitting([large, large, 'y'])).toEqual([large]);
  expect(fitting(['x'.repeat(60_000), 'y'])).toHaveLength(1);
  expect(fitting(['a', 'b'])).toEqual(['a', 'b']);
});
