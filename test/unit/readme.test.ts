import { describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import {
  DEFAULT_LIST_LIMIT,
  ID_PATTERN,
  KIB,
  MAX_ACKNOWLEDGEMENT_DATA_BYTES,
  MAX_ACKNOWLEDGEMENTS,
  MAX_CONTENT_BYTES,
  MAX_DATA_BYTES,
  MAX_DEADLINE_AHEAD_MS,
  MAX_DESCRIPTION_LENGTH,
  MAX_ID_LENGTH,
  MAX_IDEMPOTENCY_KEY_LENGTH,
  MAX_LIST_LIMIT,
  MAX_METADATA_BYTES,
  MAX_NAME_LENGTH,
  MAX_PARTICIPANTS,
  MAX_REASON_LENGTH,
  MAX_RECIPIENTS,
  MAX_REQUEST_BYTES,
  MAX_ROSTER_CONTENT_BYTES,
  MAX_STALL_SECONDS,
  MAX_TTL_SECONDS,
  MIN_TTL_SECONDS,
  MAX_TOKENS_PER_AGENT,
  MAX_WAIT_SECONDS,
  MIN_PARTICIPANTS,
  MAX_TOTAL_STEPS,
} from '../../lib/common/limits';
import { MIN_ADMIN_TOKEN_LENGTH } from '../../lib/agents/admin-token';
import { stageSettings } from '../../infra/stages';
import { codeBlocks, pageText, section } from '../support/markdown';
import { WALKED } from '../support/readme';

/** Every command that test/e2e/readme-walk.test.ts doesn't run, with the test that does or why none can. */
const COMMANDS: Readonly<Record<string, { readonly ranBy: string } | { readonly notRun: string }>> = {
  'npm start': { ranBy: 'test/support/start-muster.ts' },
  'npm run demo': { ranBy: 'test/e2e/laptop-demo.test.ts' },
  'npm test': { notRun: 'runs this test' },
  'npm ci': { ranBy: 'scripts/run.mjs' },
  'npx cdk synth': { ranBy: 'test/infra/synthesize.test.ts' },
  'npx cdk bootstrap': { notRun: 'needs an AWS account' },
  'npx cdk deploy': { notRun: 'needs an AWS account' },
  'npx cdk deploy -c stage=prod -c alarmEmail=ops@example.com': { notRun: 'needs an AWS account' },
  'npm run verify:aws': { ranBy: '.ci/run' },
  'npx muster admin create-token': { ranBy: 'test/integration/cli.test.ts' },
  'npx muster admin create-token --stage prod': { ranBy: 'test/integration/cli.test.ts' },
};

const number = (value: number): string => value.toLocaleString('en-US');
const kib = (bytes: number): string => `${bytes / KIB} KiB`;

test('the limits in the README are those of lib/common/limits.ts', () => {
  const rows = [...section('README.md', 'Limits').matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)]
    .map(([, limit, value]) => [limit, value])
    .slice(2);

  expect(rows).toEqual([
    ['participants of a sync point', `${MIN_PARTICIPANTS} to ${number(MAX_PARTICIPANTS)}`],
    ['participants of a tracker', `0 to ${number(MAX_PARTICIPANTS)}`],
    ['total steps of a tracker', `1 to ${number(MAX_TOTAL_STEPS)}`],
    ['ids', `1 to ${MAX_ID_LENGTH} of \`A-Z a-z 0-9 . _ : -\`, but not \`.\`, \`..\` or \`__proto__\``],
    ['name', `${MAX_NAME_LENGTH} characters`],
    ['description, reason', `${number(MAX_DESCRIPTION_LENGTH)} characters`],
    ['metadata', `${kib(MAX_METADATA_BYTES)} of JSON`],
    ['data of an arrival, failure or report', `${kib(MAX_DATA_BYTES)} of JSON`],
    ['recipients of a message', `1 to ${MAX_RECIPIENTS}, or everyone on a roster`],
    [
      'content of a message',
      `${kib(MAX_CONTENT_BYTES)} of JSON; to everyone on a roster ${kib(MAX_ROSTER_CONTENT_BYTES)}`,
    ],
    ['acknowledgements of one request', `1 to ${MAX_ACKNOWLEDGEMENTS}`],
    ['data of an acknowledgement', `${kib(MAX_ACKNOWLEDGEMENT_DATA_BYTES)} of JSON`],
    ['request', `${MAX_REQUEST_BYTES / KIB / KIB} MiB`],
    ['deadline', `at most ${MAX_DEADLINE_AHEAD_MS / 86_400_000} days ahead`],
    ['`stallSeconds`', `1 s to ${MAX_STALL_SECONDS / 86_400} days`],
    ['`ttlSeconds` of a check-in', `${MIN_TTL_SECONDS} s to ${MAX_TTL_SECONDS / 3_600} hour`],
    ['`wait`', `0 to ${MAX_WAIT_SECONDS} s`],
    ['`limit` of a list', `1 to ${MAX_LIST_LIMIT}, default ${DEFAULT_LIST_LIMIT}`],
    ['idempotency key', `${MAX_IDEMPOTENCY_KEY_LENGTH} visible ASCII characters`],
    ['tokens of an agent', String(MAX_TOKENS_PER_AGENT)],
  ]);
  expect(MAX_REASON_LENGTH).toBe(MAX_DESCRIPTION_LENGTH);
  expect(ID_PATTERN.source).toBe(`^[A-Za-z0-9._:-]{1,${MAX_ID_LENGTH}}$`);
});

test.each(['dev', 'prod'])('the times in the README are those of stage %s', (stage) => {
  const settings = stageSettings(stage);
  const { authorizerCacheSeconds, endedRetentionDays, eventRetentionDays, messageRetentionDays } = settings;
  const text = section('README.md', 'Limits').replace(/\s+/g, ' ');
  expect(endedRetentionDays).toBe(eventRetentionDays);
  expect(text).toContain(`are kept for ${endedRetentionDays} days, messages for ${messageRetentionDays}.`);
  expect(text).toContain(`may be accepted for ${authorizerCacheSeconds} seconds more.`);
  expect(text).toContain(
    `sent again after ${settings.reminderIntervalSeconds / 60} minutes, ${settings.reminderLimit} times at most.`,
  );
});

test('the README names the oldest Node and the shortest admin token that are accepted', () => {
  const { engines } = JSON.parse(pageText('package.json')) as { engines: { node: string } };
  const text = pageText('README.md');
  expect(text).toContain(`Node ${engines.node.replace('>=', '')} or newer`);
  expect(text).toContain(`${MIN_ADMIN_TOKEN_LENGTH} or more visible ASCII characters`);
});

test('the program in the README is the one that it runs', () => {
  const [program] = codeBlocks(section('README.md', 'Try it')).filter(({ language }) => language === 'js');
  expect(program?.code).toBe(pageText('examples/two-agents.mjs'));
});

describe('a command in the README, the walk or the patterns', () => {
  const commands = WALKED.flatMap(({ page, blocks }) => {
    const walked = new Set(blocks.map(({ code }) => code));
    const inBlocks = codeBlocks(pageText(page))
      .filter(({ language, code }) => language === 'bash' && !walked.has(code))
      .flatMap(({ code }) => code.trim().split('\n'));
    const inText = [...pageText(page).matchAll(/`((?:npm|npx) [^`]+)`/g)].map((match) => match[1] ?? '');
    return [...inBlocks, ...inText];
  });

  test('is run by a test, or there is a reason why not', () => {
    expect([...new Set(commands)].sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  test.each(Object.entries(COMMANDS))('%s: what is said to run it exists', (_command, how) => {
    expect('notRun' in how || existsSync(new URL(`../../${how.ranBy}`, import.meta.url))).toBe(true);
  });
});
