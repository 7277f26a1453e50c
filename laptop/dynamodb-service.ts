/**
 * DynamoDB and its streams for the AWS endpoint. Requests are forwarded to the store, whatever their signature. Stream
 * records are repaired where necessary, so that they match DynamoDB's.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { AwsAnswer, type AwsService } from './aws-endpoint';
import { dynamoDbHeaders } from './dynamodb-headers';
import { restoreEmptyMaps } from './dynamodb-stream/empty-maps';

const CONTENT_TYPE = 'application/x-amz-json-1.0';

export function createDynamoDbService(endpoint: string, onWrite: () => void): AwsService {
  return async ({ target, body }) => {
    if (target === undefined || !/^DynamoDB(Streams)?_\d+\./.test(target)) return undefined;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: dynamoDbHeaders(target),
      body: JSON.stringify(body),
    });
    const text = await response.text();
    onWrite();
    const repaired = response.ok && target.endsWith('.GetRecords') ? repairRecords(text) : text;
    return new AwsAnswer(response.status, { 'content-type': CONTENT_TYPE }, repaired);
  };
}

function repairRecords(text: string): string {
  const answer = JSON.parse(text) as { readonly Records?: readonly DynamoDBRecord[] };
  return JSON.stringify({ ...answer, Records: answer.Records?.map(restoreEmptyMaps) });
}
