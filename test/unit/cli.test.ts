import { describe, expect, test } from '@jest/globals';
import { runCli } from '../../cli/cli';
import { CommandError } from '../../cli/errors';
import { explain } from '../../cli/explain-error';
import { codeBlocks, pageText } from '../support/markdown';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const code = await runCli(args, {
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
  });
  return { code, ...written };
}

describe('muster', () => {
  test('shows its commands and their options', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('admin'), err: '' });
    const { code, out } = await run('admin', 'create-token', '--help');
    expect(code).toBe(0);
    expect(out).toContain('--table <name>');
    expect(out).toContain('--stage <name>');
    expect(out).toContain('(default: "dev")');
    expect(out).toContain('dynamodb:PutItem');
  });

  test.each([
    ['redrive', ['--queue <names...>', '"dispatch", "subscription", "inbox", "deadline"', '--dry-run', '--discard']],
    ['replay-events', ['--since <time>', '--until <time>', '--type <types...>', '--related-id <id>', '--dry-run']],
  ])('%s shows its options, with an example', async (command, texts) => {
    const { code, out, err } = await run('admin', command, '--help');

    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const text of [...texts, '--stage <name>', '--region <name>', `npx muster admin ${command} --`]) {
      expect(out).toContain(text);
    }
  });

  test.each(codeBlocks(pageText('cli/README.md')))('shows the help that the README shows, %#', async ({ code }) => {
    const [, usage = ''] = /^Usage: muster (.+) \[options\]/.exec(code) ?? [];
    // The width of the terminal decides where lines end.
    const { out } = await run(...usage.split(' '), '--help');
    expect(out.replace(/\s+/g, ' ')).toContain(code.replace(/\s+/g, ' '));
  });

  test('without a command shows how to use it, as an error', async () => {
    for (const args of [[], ['admin']]) {
      expect(await run(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: muster') });
    }
  });

  test.each([
    [['admin', 'create-token', '--tabel', 'x'], "error: unknown option '--tabel'\n(Did you mean --table?)\n"],
    [['admin', 'create-token', '--table'], "error: option '--table <name>' argument missing\n"],
    [
      ['admin', 'create-token', '--table', 'x', '--stage', 'dev'],
      "error: option '--table <name>' cannot be used with option '--stage <name>'\n",
    ],
    [
      ['admin', 'redrive', '--queue', 'inboxes'],
      "error: option '--queue <names...>' argument 'inboxes' is invalid. Allowed choices are dispatch, subscription, inbox, deadline.\n",
    ],
    [
      ['admin', 'redrive', '--discard', 'x', '--dry-run'],
      "error: option '--discard <ids...>' cannot be used with option '--dry-run'\n",
    ],
    [['admin', 'redrive', 'inbox'], "error: too many arguments for 'redrive'. Expected 0 arguments but got 1.\n"],
    [['admin', 'replay-events'], 'error: --since or --related-id is required\n'],
    [
      ['admin', 'replay-events', '--since', '1 March 2026'],
      "error: option '--since <time>' argument '1 March 2026' is invalid. Allowed: a time like 2026-03-01T12:00:00Z, or a date like 2026-03-01.\n",
    ],
    [
      ['admin', 'replay-events', '--since', '2026-03-01T12:00:00'],
      "error: option '--since <time>' argument '2026-03-01T12:00:00' is invalid. Allowed: a time like 2026-03-01T12:00:00Z, or a date like 2026-03-01.\n",
    ],
    [['admin', 'create-tokens'], "error: unknown command 'create-tokens'\n(Did you mean create-token?)\n"],
  ])('refuses %j and says why', async (args, err) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', err });
  });
});

test('a period that ends before it begins is refused before anything is read', async () => {
  const period = ['--since', '2026-03-02', '--until', '2026-03-01T23:59:59.999Z'];
  expect(await run('admin', 'replay-events', ...period)).toEqual({
    code: 1,
    out: '',
    err: 'muster: --since must be before --until; received 2026-03-02T00:00:00.000Z and 2026-03-01T23:59:59.999Z.\n',
  });
});

describe('an error', () => {
  test.each([
    ['CredentialsProviderError', 'Could not load credentials from any providers', /^AWS credentials were not found/],
    ['Error', 'Region is missing', /^No AWS region is set/],
    ['ResourceNotFoundException', 'Requested resource not found', /^The table does not exist/],
    ['ExpiredTokenException', 'The security token included in the request is expired', /have expired/],
    ['ValidationError', 'Stack with id Muster-dev does not exist', /^Stack .* does not exist .*; deploy it first/],
    ['AccessDeniedException', 'x is not authorized\n to perform: y', /^x is not authorized to perform: y$/],
    ['Strange', '', /^The command failed without a message \(Strange\)\.$/],
  ])('%s "%s" becomes one line that says what to do', (name, message, expected) => {
    const line = explain(Object.assign(new Error(message), { name }));
    expect(line).toMatch(expected);
    expect(line).not.toContain('\n');
  });

  test('that is ours, or no error at all, is shown as it is', () => {
    expect(explain(new CommandError('The stack has no output.'))).toBe('The stack has no output.');
    expect(explain('just a text')).toBe('just a text');
  });
});
