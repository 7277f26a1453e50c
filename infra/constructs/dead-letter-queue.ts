import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { CustomerKey } from './customer-key';
import type { StorageProps } from './storage';

/**
 * Where an asynchronous path puts what it gave up on, encrypted and over TLS only. Messages stay for 14 days, the
 * longest SQS knows; a message that arrives here sets off an alarm (see Alarms).
 */
export class DeadLetterQueue extends Queue {
  readonly #key: CustomerKey | undefined;

  constructor(scope: Construct, id: string, props: StorageProps = {}) {
    super(scope, id, {
      retentionPeriod: Duration.days(14),
      // A change that was set aside comes with its item before and after.
      maxMessageSizeBytes: 1_048_576,
      ...queueEncryption(props.encryptionKey),
      enforceSSL: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
    });
    this.#key = props.encryptionKey;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is a dead-letter queue; the rule recognises one only by another queue that names it.',
    });
  }

  /** Allows to put messages in, and nothing else (`grantSendMessages` also reads attributes). */
  grantPut(grantee: IGrantable): Grant {
    this.#key?.grantSending(grantee);
    return Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [this.queueArn] });
  }
}

/** How a queue is encrypted, with the key given or the one that SQS holds. */
export function queueEncryption(key: CustomerKey | undefined): Pick<QueueProps, 'encryption' | 'encryptionMasterKey'> {
  return key === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: key.key };
}
