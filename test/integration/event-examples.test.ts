import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { beforeAll, expect, test } from '@jest/globals';
import { EVENT_TYPES } from '../../lib/events/event';
import { NOTIFICATION_TYPES } from '../../lib/messages/message';
import { parsePattern } from '../../laptop/lambda/event-pattern';
import { codeBlocks, section, subsections } from '../support/markdown';
import { type ExampleScenario, runExampleScenario } from '../support/example-scenario';

/** docs/events.md shows what this scenario produced: same types, same members, same values. */
const PAGE = 'docs/events.md';

let produced: ExampleScenario;

beforeAll(async () => {
  produced = await runExampleScenario();
});

const detailOf = (entry: PutEventsRequestEntry | undefined) =>
  JSON.parse(entry?.Detail ?? '{}') as { subject: string; data: unknown };

/** The first JSON block below a heading. */
const exampleOf = (text: string): unknown =>
  JSON.parse(codeBlocks(text).find(({ language }) => language === 'json')?.code ?? 'null');

test('every type of event is shown, as it was produced', () => {
  const examples = subsections(section(PAGE, 'Events')).map(({ heading, text }) => [heading, exampleOf(text)]);
  expect(examples).toEqual(
    EVENT_TYPES.map((type) => [type, detailOf(produced.entries.find((entry) => entry.DetailType === type)).data]),
  );
});

test('every type of message is shown, as it was in an inbox', () => {
  const messages = [...produced.inboxOf.builder, ...produced.inboxOf.orchestrator];
  const examples = subsections(section(PAGE, 'Messages')).map(({ heading, text }) => [heading, exampleOf(text)]);
  expect(examples).toEqual(
    [...NOTIFICATION_TYPES, 'REVIEW_REQUESTED'].map((type) => [
      type === 'REVIEW_REQUESTED' ? 'Messages of agents' : type,
      messages.find((message) => message.content.type === type),
    ]),
  );
});

/** What EventBridge makes of an entry; `id`, `account` and `region` are its own. */
const asDelivered = (entry: PutEventsRequestEntry | undefined) => ({
  version: '0',
  id: expect.any(String) as unknown,
  'detail-type': entry?.DetailType,
  source: entry?.Source,
  account: expect.any(String) as unknown,
  time: entry?.Time?.toISOString().replace('.000Z', 'Z'),
  region: expect.any(String) as unknown,
  resources: entry?.Resources,
  detail: detailOf(entry),
});

test('the event on the bus is what a rule hands to its target, and the patterns match it', () => {
  const text = section(PAGE, 'On the event bus');
  const completed = produced.entries.filter((entry) => entry.DetailType === 'SYNC_POINT_COMPLETED');
  const [example, ...patterns] = codeBlocks(text).flatMap(({ language, code }) =>
    language === 'json' ? [JSON.parse(code) as unknown] : [],
  );
  expect(example).toEqual(asDelivered(completed[0]));
  expect(patterns).toHaveLength(2);

  const matched = patterns.map((pattern) =>
    produced.entries
      .filter((entry) => parsePattern(pattern)(asDelivered(entry)))
      .map((entry) => `${entry.DetailType ?? ''} ${detailOf(entry).subject}`),
  );
  expect(matched).toEqual([
    [
      'SYNC_POINT_COMPLETED release-1.4',
      'SYNC_POINT_CANCELLED nightly',
      'SYNC_POINT_FAILED smoke-test',
      'SYNC_POINT_EXPIRED review',
    ],
    ['PROGRESS_UPDATED migration-42', 'PROGRESS_UPDATED migration-42', 'PROGRESS_UPDATED migration-42'],
  ]);
});

test('the message on the topic is what is published, and the filter policy picks it by its attributes', () => {
  const text = section(PAGE, 'On the topic');
  const published = produced.publishes.find((input) => input.Message?.includes('REVIEW_REQUESTED'));
  const [body, attributes] = codeBlocks(text).flatMap(({ language, code }) =>
    language === 'json' ? [JSON.parse(code) as unknown] : [],
  );
  expect(body).toEqual(JSON.parse(published?.Message ?? ''));
  expect(attributes).toEqual(published?.MessageAttributes);

  const [policy = ''] = /\{"recipients":\["[^"]+"\]\}/.exec(text) ?? [];
  const isPicked = (recipients: string[]) => parsePattern(JSON.parse(policy))({ recipients });
  expect([['agent-7'], ['agent-1', 'agent-7'], ['agent-70']].map(isPicked)).toEqual([true, true, false]);
});
