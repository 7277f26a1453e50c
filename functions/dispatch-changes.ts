import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createLogger } from '../lib/common/log';
import { createMetricRecorder } from '../lib/common/metric-recorder';
import { reminderSettings, requiredSetting, retentionSettings } from '../lib/common/settings';
import { setAsideInQueue } from '../lib/dispatcher/set-aside';
import { consumeStream } from '../lib/dispatcher/stream';
import { eventBridgeBus } from '../lib/events/bus';
import { snsPublisher } from '../lib/messages/publish';
import { schedulesFromEnvironment } from '../lib/schedules/schedules';
import { openService } from '../lib/table/service';

const service = openService();

/** The table's stream → events, memberships, schedules and notifications. */
export const handler = consumeStream({
  dispatcher: {
    ...service,
    bus: eventBridgeBus(new EventBridgeClient({}), requiredSetting('EVENT_BUS_NAME')),
    publish: snsPublisher(new SNSClient({}), requiredSetting('TOPIC_ARN')),
    schedules: schedulesFromEnvironment(new SchedulerClient({}), service.now),
    retention: retentionSettings(),
    reminders: reminderSettings(),
  },
  // The URL only names the queue; the client knows the endpoint of SQS.
  setAside: setAsideInQueue(new SQSClient({ useQueueUrlAsEndpoint: false }), requiredSetting('DISPATCH_DLQ_URL')),
  metrics: createMetricRecorder(),
  log: createLogger(),
});
