/**
 * DynamoDB and its streams for the AWS endpoint: handed on to DynamoDB Local, whoever signed the request. What stands in
 * the signature makes no difference there, but has to be letters and digits. Records of a stream are repaired on the way
 * back, so that they are to who reads them what DynamoDB's would be.
 */
import type { DynamoDBRecord } from 'aws-lambda';
import { AwsAnswer, type AwsService } from './aws-endpoint';
import { restoreEmptyMapsOfRecord } from './dynamodb-stream/empty-maps';
import { LOCAL_REGION } from './template/template';

const CONTENT_TYPE = 'application/x-amz-json-1.0';

export function createDynamoDbService(endpoint: string, onWrite: () => void): AwsService {
  return async ({ target, body }) => {
    if (target === undefined || !/^DynamoDB(Streams)?_\d+\./.test(target)) return undefined;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': CONTENT_TYPE,
        'x-amz-target': target,
        authorization: `AWS4-HMAC-SHA256 Credential=local/20200101/${LOCAL_REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
      },
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
  return JSON.stringify({ ...answer, Records: answer.Records?.map(restoreEmptyMapsOfRecord) });
}
