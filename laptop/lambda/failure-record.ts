import { randomUUID } from 'node:crypto';

interface GivenUp {
  readonly functionArn: string;
  readonly condition: string;
  readonly calls: number;
}

/** The record that Lambda sends to a failure destination; `what` holds the members about the event or records. */
export const failureRecord = ({ functionArn, condition, calls }: GivenUp, what: object): string =>
  JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: calls },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    ...what,
  });
