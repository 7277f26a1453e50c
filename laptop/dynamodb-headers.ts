import { LOCAL_REGION } from './template/template';

/**
 * Headers of a request to the local DynamoDB that is sent without the SDK. The stores require a signature and its date
 * but don't check them; the signature's values must be letters and digits.
 *
 * @param target API, its version and the action, like `DynamoDB_20120810.PutItem`
 */
export function dynamoDbHeaders(target: string): Readonly<Record<string, string>> {
  const now = new Date().toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': now,
    'x-amz-target': target,
    authorization: `AWS4-HMAC-SHA256 Credential=local/${now.slice(0, 8)}/${LOCAL_REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
  };
}
