import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * DynamoDB Local (3.3.0) writes an empty map into stream records as `{}`, where DynamoDB writes `{"M":{}}`. Maps are
 * all that loses its type so, which makes the loss repairable.
 */
export function restoreEmptyMaps(
  image: Readonly<Record<string, AttributeValue>> | undefined,
): Record<string, AttributeValue> | undefined {
  return image && Object.fromEntries(Object.entries(image).map(([name, value]) => [name, restoreEmptyMap(value)]));
}

function restoreEmptyMap(value: AttributeValue): AttributeValue {
  if (Object.keys(value).length === 0) return { M: {} };
  if (value.M) return { M: restoreEmptyMaps(value.M) ?? {} };
  if (value.L) return { L: value.L.map(restoreEmptyMap) };
  return value;
}
