/** An alarm or a graph on a metric that nobody emits would be silent for ever: each is held against who emits it. */
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { ASSUMED } from '../../bench/cost/cost';
import { METRIC_UNITS, type MetricName } from '../../lib/common/metric';
import { createMetricRecorder } from '../../lib/common/metric-recorder';
import { createTemplate, functionsOf, resourcesOf } from './stack-under-test';

/**
 * What the services emit, with the dimensions under which each metric is found and the type of the resource they name.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
const AWS_METRICS: Readonly<Record<string, { metrics: readonly string[]; dimension: string; resource: string }>> = {
  'AWS/Lambda': {
    metrics: ['Errors', 'Throttles', 'Duration', 'IteratorAge', 'DestinationDeliveryFailures'],
    dimension: 'FunctionName',
    resource: 'AWS::Lambda::Function',
  },
  'AWS/SQS': {
    metrics: ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
    dimension: 'QueueName',
    resource: 'AWS::SQS::Queue',
  },
  'AWS/ApiGateway': {
    metrics: ['Count', '4xx', '5xx', 'Latency'],
    dimension: 'ApiId',
    resource: 'AWS::ApiGatewayV2::Api',
  },
  'AWS/Scheduler': {
    metrics: ['InvocationDroppedCount', 'InvocationsFailedToBeSentToDeadLetterCount'],
    dimension: 'ScheduleGroup',
    resource: 'AWS::Scheduler::ScheduleGroup',
  },
  'AWS/SNS': {
    metrics: ['NumberOfNotificationsFailedToRedriveToDlq'],
    dimension: 'TopicName',
    resource: 'AWS::SNS::Topic',
  },
  'AWS/DynamoDB': {
    metrics: ['ReadThrottleEvents', 'WriteThrottleEvents', 'ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'],
    dimension: 'TableName',
    resource: 'AWS::DynamoDB::Table',
  },
};

interface WatchedMetric {
  readonly by: string;
  readonly namespace: string;
  readonly name: string;
  /** Name and value of the dimensions, as JSON. */
  readonly dimensions: readonly (readonly [string, string])[];
}

interface AlarmProperties {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Threshold: number;
}

const alarmsOf = (template: Template) =>
  resourcesOf<AlarmProperties>(template, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties);

function watchedByAlarms(template: Template): WatchedMetric[] {
  return alarmsOf(template).map((alarm) => ({
    by: alarm.AlarmName,
    namespace: alarm.Namespace ?? '',
    name: alarm.MetricName ?? '',
    dimensions: (alarm.Dimensions ?? []).map(({ Name, Value }) => [Name, JSON.stringify(Value)] as const),
  }));
}

/** The body is text with references put in; they are kept as the JSON of the reference. */
function dashboardOf(template: Template): { widgets: { properties: { title: string; metrics: unknown[][] } }[] } {
  const [dashboard] = resourcesOf<{ DashboardBody: { 'Fn::Join': [string, unknown[]] } }>(
    template,
    'AWS::CloudWatch::Dashboard',
  );
  const parts = dashboard?.properties.DashboardBody['Fn::Join'][1] ?? [];
  const text = parts
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(JSON.stringify(part)).slice(1, -1)))
    .join('');
  return JSON.parse(text) as ReturnType<typeof dashboardOf>;
}

function watchedByDashboard(template: Template): WatchedMetric[] {
  return dashboardOf(template).widgets.flatMap(({ properties: { title, metrics } }) =>
    metrics.map(([namespace, name, ...rest]) => {
      const names = rest.filter((part) => typeof part === 'string');
      const dimensions = names.flatMap((part, index) =>
        index % 2 === 0 ? [[part, names[index + 1] ?? ''] as const] : [],
      );
      return { by: title, namespace: String(namespace), name: String(name), dimensions };
    }),
  );
}

interface EmbeddedMetrics {
  readonly service: string;
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

const stageName = 'prod';
let template: Template;
let lines: string[];

beforeAll(() => {
  template = createTemplate(stageName);
});

beforeEach(() => {
  lines = [];
  jest.spyOn(console, 'log').mockImplementation((line: unknown) => {
    lines.push(String(line));
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** What the functions write into their logs, with the environment that the template gives them. */
function emitAll(): EmbeddedMetrics {
  const { Variables } = functionsOf(template, stageName).get('dispatch-changes')?.properties.Environment ?? {};
  for (const name of ['POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_METRICS_NAMESPACE']) {
    process.env[name] = String(Variables?.[name]);
  }
  // Writes with the console of this process, which the test looks at, instead of one of its own.
  process.env['POWERTOOLS_DEV'] = 'true';
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
  const recorder = createMetricRecorder();
  recorder.record(Object.keys(METRIC_UNITS).map((metric) => ({ metric: metric as MetricName, value: 1 })));
  recorder.flush();
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as EmbeddedMetrics;
}

describe('what the functions count', () => {
  test('is found under the namespace and the only dimension that alarms and graphs look under', () => {
    const emitted = emitAll();
    const [directive] = emitted._aws.CloudWatchMetrics;
    expect(directive?.Dimensions).toEqual([['service']]);
    const names = new Set(directive?.Metrics.map(({ Name }) => Name));
    const watched = [...watchedByAlarms(template), ...watchedByDashboard(template)].filter(
      ({ namespace }) => !namespace.startsWith('AWS/'),
    );

    expect(watched.length).toBeGreaterThan(0);
    for (const metric of watched) {
      expect({ ...metric, known: names.has(metric.name) }).toEqual({
        by: metric.by,
        name: metric.name,
        known: true,
        namespace: directive?.Namespace,
        dimensions: [['service', expect.stringMatching(new RegExp(`^"?${emitted.service}"?$`))]],
      });
    }
  });

  test('is all on the dashboard', () => {
    const shown = new Set(watchedByDashboard(template).map(({ name }) => name));

    expect(Object.keys(METRIC_UNITS).filter((name) => !shown.has(name))).toEqual([]);
  });

  test('is written only if there is something to write', () => {
    createMetricRecorder().flush();

    expect(lines).toEqual([]);
  });
});

test('every other metric is one that AWS emits, for a resource of this stack', () => {
  const resources = template.toJSON()['Resources'] as Record<string, { Type: string; Properties?: { Name?: unknown } }>;
  const typeOfNamed = (name: string | undefined) =>
    Object.values(resources).find(({ Properties }) => JSON.stringify(Properties?.Name) === name)?.Type;
  const watched = [...watchedByAlarms(template), ...watchedByDashboard(template)].filter(({ namespace }) =>
    namespace.startsWith('AWS/'),
  );

  expect(watched.length).toBeGreaterThan(0);
  for (const { by, namespace, name, dimensions } of watched) {
    const known = AWS_METRICS[namespace];
    const [[dimension, value] = []] = dimensions;
    const logicalId = /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/.exec(value ?? '')?.[1] ?? '';
    expect({ by, name: known?.metrics.includes(name), dimension, count: dimensions.length }).toEqual({
      by,
      name: true,
      dimension: known?.dimension,
      count: 1,
    });
    expect({ by, value, type: resources[logicalId]?.Type ?? typeOfNamed(value) }).toEqual({
      by,
      value,
      type: known?.resource,
    });
  }
});

test('what the cost is computed with is what there is', () => {
  expect(ASSUMED).toMatchObject({ alarms: alarmsOf(template).length, metrics: Object.keys(METRIC_UNITS).length });
});

describe('alarms', () => {
  test('on answers with 5xx compare their share, and on expiry the longest lag', () => {
    const byName = new Map(alarmsOf(template).map((alarm) => [alarm.AlarmName.replace('Muster-prod-', ''), alarm]));

    expect(byName.get('api-5xx')).toMatchObject({ MetricName: '5xx', Threshold: 0.01, Statistic: 'Average' });
    expect(byName.get('expiry-lag')).toMatchObject({ Threshold: 120_000, Statistic: 'Maximum' });
    expect(byName.has('table-read-throttles') && byName.has('table-write-throttles')).toBe(true);
  });
});
