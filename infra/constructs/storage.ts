import type { RemovalPolicy } from 'aws-cdk-lib';
import type { CustomerKey } from './customer-key';

/** How a construct keeps what it stores. */
export interface StorageProps {
  /**
   * What happens to queues, logs and keys when the stack is deleted.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Encrypts queues, topics and logs.
   *
   * @default - the keys that AWS holds
   */
  readonly encryptionKey?: CustomerKey | undefined;
}
