/** Directs the SDK clients of the functions to this machine, through the SDK's own variables. */
import { LOCAL_REGION } from '../template/template';
import type { HostEnvironment } from './functions';

/** The same for callers from outside the stack, one line per variable. */
export const callerEnvironment = (aws: string): string =>
  [
    `AWS_ENDPOINT_URL=${aws}`,
    `AWS_REGION=${LOCAL_REGION}`,
    'AWS_ACCESS_KEY_ID=local',
    'AWS_SECRET_ACCESS_KEY=local',
    '',
  ].join('\n');

export function hostEnvironment(dynamoDb: string, queues: string, aws: string): HostEnvironment {
  return {
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    // DynamoDB Local accepts only letters and digits.
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // Each function bundles its SDK, and each would warn about a Node older than Lambda's.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
    AWS_ENDPOINT_URL_SNS: queues,
    AWS_ENDPOINT_URL_SQS: aws,
    AWS_ENDPOINT_URL_SCHEDULER: aws,
    AWS_ENDPOINT_URL_EVENTBRIDGE: aws,
  };
}
