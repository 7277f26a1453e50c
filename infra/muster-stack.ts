import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { join } from 'node:path';
import { apiRoutes } from './routes';
import { DISPATCHED_PRESENCE_STATES, DISPATCHED_SORT_KEY_PREFIXES, PRESENCE_SORT_KEY } from '../lib/table/keys';
import { Alarms } from './constructs/alarms';
import { ChangeDispatch } from './constructs/change-dispatch';
import { CoordinationApi } from './constructs/coordination-api';
import { CoordinationBus } from './constructs/coordination-bus';
import { changesItems, CoordinationTable } from './constructs/coordination-table';
import { CustomerKey } from './constructs/customer-key';
import { CoordinationDashboard } from './constructs/dashboard';
import { Deadlines } from './constructs/deadlines';
import { Notifications } from './constructs/notifications';
import { ServiceFunction } from './constructs/service-function';
import { METRIC_NAMESPACE } from './constructs/watched';
import { type FunctionDefinition, functionDefinitions, type FunctionName, functionNames } from './functions';
import type { StageSettings } from './stages';

export interface MusterStackProps extends StackProps {
  readonly settings: StageSettings;

  /** Directory with `<function name>/index.mjs` for every function. */
  readonly bundleDirectory: string;
}

export const stackNameOf = (stageName: string): string => `Muster-${stageName}`;

/**
 * Muster for one stage.
 *
 *     HTTP API ── authorize-request
 *        │
 *        ├─ serve-… ──► table ── stream ──► dispatch-changes ──► event bus
 *                         ▲                    │        │
 *                         │                    │        └─► Scheduler ─┬─► expire-deadline ──► table
 *                         │                    │                       └─► send-reminder ──► table
 *                         │                    └──────────────┐              │
 *                         └─ deliver-to-inbox ◄── queue ◄── topic ◄──────────┘
 */
export class MusterStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundleDirectory, ...stackProps }: MusterStackProps) {
    super(scope, id, {
      stackName: stackNameOf(settings.stageName),
      description: `Muster, coordination of software agents (${settings.stageName})`,
      ...stackProps,
    });
    const { removalPolicy, logRetentionDays: logRetention } = settings;

    const encryptionKey = settings.customerManagedKey
      ? new CustomerKey(this, 'CustomerKey', { description: `Encrypts what ${this.stackName} stores`, removalPolicy })
      : undefined;
    const storage = { removalPolicy, encryptionKey };

    const table = new CoordinationTable(this, 'Table', {
      deletionProtection: settings.deletionProtection,
      pointInTimeRecovery: settings.pointInTimeRecovery,
      ...storage,
    });

    const commonEnvironment = {
      // Stages may share an account: logs and metrics tell them apart by the service.
      POWERTOOLS_SERVICE_NAME: this.stackName,
      POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
      POWERTOOLS_LOG_LEVEL: 'INFO',
    };
    const retentionEnvironment = {
      ENDED_RETENTION_DAYS: String(settings.endedRetentionDays),
      EVENT_RETENTION_DAYS: String(settings.eventRetentionDays),
      MESSAGE_RETENTION_DAYS: String(settings.messageRetentionDays),
    };
    const createFunction = (name: FunctionName): ServiceFunction => {
      const { description, tableActions, queriesIndex, timeout, memorySizeMb }: FunctionDefinition =
        functionDefinitions[name];
      const created = new ServiceFunction(this, pascalCase(name), {
        functionName: `${this.stackName}-${name}`,
        description,
        codeDirectory: join(bundleDirectory, name),
        timeout,
        memorySizeMb,
        logRetention,
        ...storage,
        environment: { ...commonEnvironment, ...(changesItems(tableActions) ? retentionEnvironment : {}) },
      });
      table.grantActions(created, tableActions);
      if (queriesIndex === true) table.grantIndexQuery(created);
      return created;
    };
    const functions = Object.fromEntries(functionNames.map((name) => [name, createFunction(name)])) as Record<
      FunctionName,
      ServiceFunction
    >;
    const dispatchChanges = functions['dispatch-changes'];

    const api = new CoordinationApi(this, 'Api', {
      apiName: this.stackName,
      routes: apiRoutes.map(({ functionName, ...route }) => ({
        ...route,
        function: functions[functionName],
      })),
      unmatched: functions['serve-public'],
      authorizer: functions['authorize-request'],
      authorizerCache: Duration.seconds(settings.authorizerCacheSeconds),
      throttleRatePerSecond: settings.throttleRatePerSecond,
      throttleBurst: settings.throttleBurst,
      corsOrigins: settings.corsOrigins,
      domainName: settings.domainName,
      certificateArn: settings.certificateArn,
      logRetention,
      ...storage,
    });

    const dispatch = new ChangeDispatch(this, 'Dispatch', {
      table,
      dispatchChanges,
      sortKeyPrefixes: DISPATCHED_SORT_KEY_PREFIXES,
      byState: { sortKey: PRESENCE_SORT_KEY, states: DISPATCHED_PRESENCE_STATES },
      ...storage,
    });

    const notifications = new Notifications(this, 'Notifications', {
      deliverToInbox: functions['deliver-to-inbox'],
      deliverTimeout: functionDefinitions['deliver-to-inbox'].timeout,
      ...storage,
    });
    notifications.allowPublishing(dispatchChanges);
    notifications.allowPublishing(functions['send-reminder']);

    const bus = new CoordinationBus(this, 'Bus', {
      eventBusName: this.stackName,
      archiveDays: settings.busArchiveDays,
      removalPolicy,
    });
    bus.allowPutting(dispatchChanges);

    const deadlines = new Deadlines(this, 'Deadlines', {
      scheduleGroupName: `${this.stackName}-deadlines`,
      expireDeadline: functions['expire-deadline'],
      sendReminder: functions['send-reminder'],
      ...storage,
    });
    deadlines.allowScheduling(dispatchChanges);
    deadlines.allowRemoving(dispatchChanges);
    deadlines.allowScheduling(functions['expire-deadline']);
    deadlines.allowScheduling(functions['send-reminder']);
    for (const name of ['dispatch-changes', 'send-reminder'] as const) {
      functions[name].addEnvironment('REMINDER_INTERVAL_SECONDS', String(settings.reminderIntervalSeconds));
      functions[name].addEnvironment('REMINDER_LIMIT', String(settings.reminderLimit));
    }
    for (const name of ['serve-agents', 'serve-mcp'] as const) {
      functions[name].addEnvironment('AGENT_DIRECTORY', String(settings.agentDirectory));
    }
    // A browser's page that may call the API may call its tools.
    if (settings.corsOrigins.length > 0) {
      functions['serve-mcp'].addEnvironment('CORS_ORIGINS', settings.corsOrigins.join(','));
    }

    const watched = {
      serviceName: this.stackName,
      functions,
      streamReader: dispatchChanges,
      deadLetterQueues: {
        dispatch: dispatch.deadLetters,
        subscription: notifications.subscriptionDeadLetters,
        inbox: notifications.inboxDeadLetters,
        deadline: deadlines.deadLetters,
      },
      workQueues: { inbox: notifications.inboxQueue },
      httpApi: api.httpApi,
      table: table.table,
    };
    new CoordinationDashboard(this, 'Dashboard', watched);
    new Alarms(this, 'Alarms', {
      ...watched,
      failureSenders: {
        'dispatch-changes': dispatchChanges,
        'expire-deadline': functions['expire-deadline'],
        'send-reminder': functions['send-reminder'],
      },
      topic: notifications.topic,
      scheduleGroupName: deadlines.scheduleGroup.scheduleGroupName,
      alarmEmail: settings.alarmEmail,
      removalPolicy,
    });

    const redriven = 'A queue of `muster admin redrive`';
    const outputs: Readonly<Record<string, readonly [value: string, description: string]>> = {
      ApiUrl: [api.url, 'Where the API is'],
      ...(api.domain && {
        DomainTarget: [
          api.domain.regionalDomainName,
          'Where the DNS record of the domain name points: CNAME, or an alias in the zone DomainTargetZone',
        ],
        DomainTargetZone: [
          api.domain.regionalHostedZoneId,
          'Hosted zone of DomainTarget, for an alias record in Route 53',
        ],
      }),
      TableName: [table.tableName, 'The table, for `muster admin`'],
      TopicArn: [notifications.topic.topicArn, 'Topic of all messages; subscribe with a filter policy on `recipients`'],
      EventBusName: [bus.eventBusName, 'Bus on which every event appears'],
      DispatchDeadLettersUrl: [dispatch.deadLetters.queueUrl, redriven],
      SubscriptionDeadLettersUrl: [notifications.subscriptionDeadLetters.queueUrl, redriven],
      InboxDeadLettersUrl: [notifications.inboxDeadLetters.queueUrl, redriven],
      DeadlineDeadLettersUrl: [deadlines.deadLetters.queueUrl, redriven],
      InboxQueueUrl: [notifications.inboxQueue.queueUrl, redriven],
    };
    for (const [name, [value, description]] of Object.entries(outputs))
      new CfnOutput(this, name, { value, description });
  }
}

const pascalCase = (kebabCase: string): string =>
  kebabCase.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
