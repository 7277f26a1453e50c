import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { join } from 'node:path';
import { apiRoutes } from '../lib/api/routes';
import { DISPATCHED_SORT_KEY_PREFIXES } from '../lib/table/keys';
import { ChangeDispatch } from './constructs/change-dispatch';
import { type ApiDomain, CoordinationApi } from './constructs/coordination-api';
import { CoordinationBus } from './constructs/coordination-bus';
import { CoordinationTable } from './constructs/coordination-table';
import { CustomerKey } from './constructs/customer-key';
import { Deadlines } from './constructs/deadlines';
import { Monitoring } from './constructs/monitoring';
import { Notifications } from './constructs/notifications';
import { ServiceFunction } from './constructs/service-function';
import { type FunctionDefinition, functionDefinitions, type FunctionName, functionNameOf } from './functions';
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
 *                         │                    │        └─► Scheduler ──► expire-deadline ──► table
 *                         └─ deliver-to-inbox ◄── queue ◄── topic
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

    const table = new CoordinationTable(this, 'Table', {
      removalPolicy,
      deletionProtection: settings.deletionProtection,
      pointInTimeRecovery: settings.pointInTimeRecovery,
      encryptionKey,
    });

    const commonEnvironment = {
      // Stages may share an account: logs and metrics tell them apart by the service.
      POWERTOOLS_SERVICE_NAME: this.stackName,
      POWERTOOLS_METRICS_NAMESPACE: 'Muster',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    };
    const retentionEnvironment = {
      ENDED_RETENTION_DAYS: String(settings.endedRetentionDays),
      EVENT_RETENTION_DAYS: String(settings.eventRetentionDays),
      MESSAGE_RETENTION_DAYS: String(settings.messageRetentionDays),
    };
    const createFunction = (name: FunctionName): ServiceFunction => {
      const { description, tableActions, timeout, memorySizeMb }: FunctionDefinition = functionDefinitions[name];
      const created = new ServiceFunction(this, pascalCase(name), {
        functionName: `${this.stackName}-${name}`,
        description,
        codeDirectory: join(bundleDirectory, name),
        timeout,
        ...(memorySizeMb === undefined ? {} : { memorySizeMb }),
        logRetention,
        removalPolicy,
        encryptionKey,
        environment: { ...commonEnvironment, ...(writes(tableActions) ? retentionEnvironment : {}) },
      });
      table.grantActions(created, tableActions);
      return created;
    };
    const functions = Object.fromEntries(
      Object.keys(functionDefinitions).map((name) => [name, createFunction(functionNameOf(name))]),
    ) as Record<FunctionName, ServiceFunction>;
    const dispatchChanges = functions['dispatch-changes'];

    const api = new CoordinationApi(this, 'Api', {
      apiName: this.stackName,
      routes: apiRoutes.map(({ functionName, ...route }) => ({
        ...route,
        function: functions[functionNameOf(functionName)],
      })),
      unmatched: functions['serve-public'],
      authorizer: functions['authorize-request'],
      authorizerCache: Duration.seconds(settings.authorizerCacheSeconds),
      throttleRatePerSecond: settings.throttleRatePerSecond,
      throttleBurst: settings.throttleBurst,
      corsOrigins: settings.corsOrigins,
      domain: domainOf(settings),
      logRetention,
      removalPolicy,
      encryptionKey,
    });

    const dispatch = new ChangeDispatch(this, 'Dispatch', {
      table,
      dispatchChanges,
      sortKeyPrefixes: DISPATCHED_SORT_KEY_PREFIXES,
      removalPolicy,
      encryptionKey,
    });

    const notifications = new Notifications(this, 'Notifications', {
      deliverToInbox: functions['deliver-to-inbox'],
      deliverTimeout: functionDefinitions['deliver-to-inbox'].timeout,
      removalPolicy,
      encryptionKey,
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
      removalPolicy,
      encryptionKey,
    });
    deadlines.allowScheduling(dispatchChanges);
    deadlines.allowRemoving(dispatchChanges);
    deadlines.allowScheduling(functions['expire-deadline']);
    deadlines.allowScheduling(functions['send-reminder']);
    for (const name of ['dispatch-changes', 'send-reminder'] as const) {
      functions[name].addEnvironment('REMINDER_INTERVAL_SECONDS', String(settings.reminderIntervalSeconds));
      functions[name].addEnvironment('REMINDER_LIMIT', String(settings.reminderLimit));
    }

    new Monitoring(this, 'Monitoring', {
      name: this.stackName,
      functions,
      streamReader: dispatchChanges,
      deadLetterQueues: {
        dispatch: dispatch.deadLetters,
        subscription: notifications.subscriptionDeadLetters,
        inbox: notifications.inboxDeadLetters,
        deadline: deadlines.deadLetters,
      },
      failureSenders: {
        'dispatch-changes': dispatchChanges,
        'expire-deadline': functions['expire-deadline'],
        'send-reminder': functions['send-reminder'],
      },
      topic: notifications.topic,
      workQueues: { inbox: notifications.inboxQueue },
      httpApi: api.httpApi,
      table: table.table,
      metricNamespace: commonEnvironment.POWERTOOLS_METRICS_NAMESPACE,
      metricService: commonEnvironment.POWERTOOLS_SERVICE_NAME,
      scheduleGroupName: deadlines.scheduleGroup.scheduleGroupName,
      ...(settings.alarmEmail === undefined ? {} : { alarmEmail: settings.alarmEmail }),
      removalPolicy,
    });

    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'Where the API is' });
    if (api.domain !== undefined) {
      new CfnOutput(this, 'DomainTarget', {
        value: api.domain.regionalDomainName,
        description: 'Where the DNS record of the domain name points: CNAME, or an alias in the zone DomainTargetZone',
      });
      new CfnOutput(this, 'DomainTargetZone', {
        value: api.domain.regionalHostedZoneId,
        description: 'Hosted zone of DomainTarget, for an alias record in Route 53',
      });
    }
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'The table, for `muster admin`' });
    new CfnOutput(this, 'TopicArn', {
      value: notifications.topic.topicArn,
      description: 'Topic of all messages; subscribe with a filter policy on `recipients`',
    });
    new CfnOutput(this, 'EventBusName', { value: bus.eventBusName, description: 'Bus on which every event appears' });
    for (const [name, { queueUrl }] of Object.entries({
      DispatchDeadLettersUrl: dispatch.deadLetters,
      SubscriptionDeadLettersUrl: notifications.subscriptionDeadLetters,
      InboxDeadLettersUrl: notifications.inboxDeadLetters,
      DeadlineDeadLettersUrl: deadlines.deadLetters,
      InboxQueueUrl: notifications.inboxQueue,
    })) {
      new CfnOutput(this, name, { value: queueUrl, description: 'A queue of `muster admin redrive`' });
    }
  }
}

function domainOf({ domainName, certificateArn }: StageSettings): ApiDomain | undefined {
  return domainName === undefined || certificateArn === undefined ? undefined : { name: domainName, certificateArn };
}

/** Whether a function writes items, and so has to know how long they are kept. */
function writes(actions: FunctionDefinition['tableActions']): boolean {
  return actions.some((action) => action === 'PutItem' || action === 'UpdateItem' || action === 'BatchWriteItem');
}

function pascalCase(kebabCase: string): string {
  return kebabCase
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
