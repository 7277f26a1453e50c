/**
 * Deploys beside Muster, in the same account and region:
 *
 *     npx cdk deploy --app 'npx tsx examples/aws-events/app.ts' \
 *       -c eventBusName=… -c topicArn=… -c agentId=builder
 */
import { App } from 'aws-cdk-lib';
import { ConsumersStack } from './consumers-stack';

const app = new App();

function setting(name: string): string {
  const value = app.node.tryGetContext(name) as unknown;
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${name} is not set; add -c ${name}=…`);
}

new ConsumersStack(app, 'muster-consumers', {
  eventBusName: setting('eventBusName'),
  topicArn: setting('topicArn'),
  agentId: setting('agentId'),
});
