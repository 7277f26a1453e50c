import { type CfnResource, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { UNACKNOWLEDGED } from '../../lib/table/keys';
import type { CustomerKey } from './customer-key';
import type { ServiceFunction } from './service-function';

/** What a function may do to items. There is no Scan on purpose: no request reads across partitions. */
export type TableAction =
  'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'BatchWriteItem';

/** Whether a function with these actions changes items. */
export const changesItems = (actions: readonly TableAction[]): boolean =>
  actions.some((action) => !['GetItem', 'BatchGetItem', 'Query'].includes(action));

export interface CoordinationTableProps {
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether the table refuses to be deleted, also by hand.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Whether the table can be restored to any second of the last 35 days.
   *
   * @default true
   */
  readonly pointInTimeRecovery?: boolean;

  /** @default - the key that AWS manages for DynamoDB */
  readonly encryptionKey?: CustomerKey | undefined;
}

/**
 * The one table: `pk`/`sk`, on demand, encrypted, with a stream of old and new images from which everything that isn't
 * part of a request follows. It has no name of its own, so that a retained table never stands in the way of a new
 * stack.
 */
export class CoordinationTable extends Construct {
  readonly tableName: string;
  readonly streamArn: string;
  readonly table: Table;
  readonly #key: CustomerKey | undefined;

  constructor(scope: Construct, id: string, props: CoordinationTableProps = {}) {
    super(scope, id);
    this.#key = props.encryptionKey;
    const pointInTimeRecovery = props.pointInTimeRecovery ?? true;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(props.encryptionKey === undefined
        ? { encryption: TableEncryption.AWS_MANAGED }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.encryptionKey.key }),
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'expiresAtSeconds',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: pointInTimeRecovery },
      deletionProtection: props.deletionProtection ?? true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    // Strong reads of what isn't acknowledged need a local index; a global one lags behind.
    this.table.addLocalSecondaryIndex({
      indexName: UNACKNOWLEDGED,
      sortKey: { name: UNACKNOWLEDGED, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    if (this.table.tableStreamArn === undefined) throw new Error('The table has no stream.');
    this.tableName = this.table.tableName;
    this.streamArn = this.table.tableStreamArn;

    if (!pointInTimeRecovery) {
      Validations.of(this.table).acknowledge({
        id: 'AwsSolutions-DDB3',
        reason: 'Point-in-time recovery is a setting of the stage, and off for data that may be lost.',
      });
    }
  }

  /** Allows `actions` on the table's items and tells the function the table's name. */
  grantActions(grantee: ServiceFunction, actions: readonly TableAction[]): void {
    grantee.addEnvironment('TABLE_NAME', this.tableName);
    if (actions.length === 0) return;
    if (changesItems(actions)) this.#key?.grantStoring(grantee);
    else this.#key?.grantReading(grantee);
    Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `dynamodb:${action}`),
      resourceArns: [this.table.tableArn],
    });
  }

  /** Allows to query the index of what is not acknowledged. */
  grantIndexQuery(grantee: ServiceFunction): void {
    const resourceArns = [`${this.table.tableArn}/index/${UNACKNOWLEDGED}`];
    Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns });
  }

  /**
   * Allows to read the stream, as an event source does. ListStreams can't be narrowed to one stream, whose name isn't
   * known before it exists, but to those of this table.
   */
  grantStreamRead(grantee: ServiceFunction): void {
    this.#key?.grantReading(grantee);
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resourceArns: [this.streamArn],
    });
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:ListStreams'],
      resourceArns: [`${this.table.tableArn}/stream/*`],
    });
    const logicalId = Stack.of(this).getLogicalId(this.table.node.defaultChild as CfnResource);
    Validations.of(grantee.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/stream/*]`,
      reason: 'ListStreams is granted on the streams of one table, as the name of a stream is made by DynamoDB.',
    });
  }
}
