/** A typed value from the SDK or from the wire; they differ only in bytes, which don't matter here. */
interface TypedValue {
  readonly M?: Readonly<Record<string, TypedValue>> | undefined;
  readonly L?: readonly TypedValue[] | undefined;
}

type Image = Readonly<Record<string, object>>;

interface StreamRecord {
  readonly awsRegion?: string | undefined;
  readonly dynamodb?: { readonly NewImage?: Image | undefined; readonly OldImage?: Image | undefined } | undefined;
}

/** The region in all records of DynamoDB Local; stores that write empty maps correctly have other regions. */
const DYNAMODB_LOCAL = 'ddblocal';

/**
 * DynamoDB Local (3.3.0) writes an empty map into stream records as `{}`, where DynamoDB writes `{"M":{}}`. Only maps
 * lose their type this way, so it can be restored. Records of other stores are left unchanged.
 */
export function restoreEmptyMaps<Change extends StreamRecord>(record: Change): Change {
  if (record.awsRegion !== DYNAMODB_LOCAL || record.dynamodb === undefined) return record;
  const { NewImage, OldImage } = record.dynamodb;
  return {
    ...record,
    dynamodb: {
      ...record.dynamodb,
      ...(NewImage && { NewImage: restoreMap(NewImage) }),
      ...(OldImage && { OldImage: restoreMap(OldImage) }),
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
