import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface CustomerKeyProps {
  readonly description: string;

  /**
   * What happens to the key when the stack is deleted. A table that is kept can't be read without it.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * One key of the account's own for everything that the stack stores, rotated every year. Who uses a service that is
 * encrypted with it needs the key as well: `grantReading`, `grantStoring` and `grantSending` add that to the permission
 * on the table, queue or topic.
 */
export class CustomerKey extends Construct {
  /**
   * As queues, topic, table and log groups take it. They never change its policy: that would name them, and they name
   * the key.
   */
  readonly key: IKey;

  constructor(scope: Construct, id: string, props: CustomerKeyProps) {
    super(scope, id);
    const { account, partition, region, stackName } = Stack.of(this);
    const key = new Key(this, 'Key', {
      description: props.description,
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    // Topics and log groups of this stack are known by the beginning of their names, which is the stack's name.
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TopicsDeliverToQueues',
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:sns:${region}:${account}:${stackName}-*` },
        },
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogsAreEncrypted',
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:${stackName}-*`,
          },
        },
      }),
    );
    this.key = Key.fromKeyArn(this, 'ForResources', key.keyArn);
  }

  /** For who receives from a queue or reads a table. */
  grantReading(grantee: IGrantable): void {
    this.#grant(grantee, ['kms:Decrypt', 'kms:DescribeKey']);
  }

  /** For who writes to a table. */
  grantStoring(grantee: IGrantable): void {
    this.#grant(grantee, ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey']);
  }

  /** For who sends to a queue or a topic: each message gets a data key. */
  grantSending(grantee: IGrantable): void {
    this.#grant(grantee, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  #grant(grantee: IGrantable, actions: string[]): void {
    Grant.addToPrincipal({ grantee, actions, resourceArns: [this.key.keyArn] });
  }
}
