import type { DynamoDBRecord } from 'aws-lambda';

/** A typed value as the SDK has it or as it is on the wire: the two differ in bytes only, which are nothing to this. */
interface TypedValue {
  readonly M?: Readonly<Record<string, TypedValue>> | undefined;
  readonly L?: readonly TypedValue[] | undefined;
}

/**
 * DynamoDB Local (3.3.0) writes an empty map into stream records as `{}`, where DynamoDB writes `{"M":{}}`. Maps are
 * all that loses its type so, which makes the loss repairable.
 */
export function restoreEmptyMaps<Image extends Readonly<Record<string, object>> | undefined>(image: Image): Image {
  return image && (restoreMap(image) as Image);
}

/** The same for both images of a record. */
export function restoreEmptyMapsOfRecord(record: DynamoDBRecord): DynamoDBRecord {
  const { NewImage, OldImage, ...rest } = record.dynamodb ?? {};
  return {
    ...record,
    dynamodb: {
      ...rest,
      ...(NewImage && { NewImage: restoreEmptyMaps(NewImage) }),
      ...(OldImage && { OldImage: restoreEmptyMaps(OldImage) }),
    },
  };
}

const restoreMap = (image: Readonly<Record<string, TypedValue>>): Readonly<Record<string, TypedValue>> =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, restoreValue(value)]));

function restoreValue(value: TypedValue): TypedValue {
  if (Object.keys(value).length === 0) return { M: {} };
  if (value.M) return { M: restoreMap(value.M) };
  if (value.L) return { L: value.L.map(restoreValue) };
  return value;
}
