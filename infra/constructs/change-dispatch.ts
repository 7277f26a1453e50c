import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { CoordinationTable } from './coordination-table';
import { DeadLetterQueue } from './dead-letter-queue';
import type { ServiceFunction } from './service-function';
import type { StorageProps } from './storage';

export interface ChangeDispatchProps extends StorageProps {
  readonly table: CoordinationTable;

  /** Called with the changes of the table. */
  readonly dispatchChanges: ServiceFunction;

  /** Changes of items whose sort key starts with one of these are dispatched; others never cost an invocation. */
  readonly sortKeyPrefixes: readonly string[];

  /** Of items with exactly this sort key, only changes after which `state` is one of these are dispatched. */
  readonly byState: { readonly sortKey: string; readonly states: readonly string[] };
}

/**
 * The table's stream as the source of all that follows from a change.
 *
 * The function itself puts a change that it can't dispatch into the dead-letter queue, with its content, and goes on
 * (ADR 0017). What makes it time out or crash is retried, alone after bisecting, until it is 12 h old; then its
 * position goes there, and for 12 h more the stream still has the content. Up to ten batches of a shard run at once;
 * changes of one partition key stay in order.
 */
export class ChangeDispatch extends Construct {
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: ChangeDispatchProps) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', props);
    this.deadLetters.grantPut(props.dispatchChanges);
    props.dispatchChanges.addEnvironment('DISPATCH_DLQ_URL', this.deadLetters.queueUrl);
    props.table.grantStreamRead(props.dispatchChanges);
    new EventSourceMapping(this, 'StreamSource', {
      target: props.dispatchChanges.function,
      eventSourceArn: props.table.streamArn,
      // A new or replaced source misses nothing that is still in the stream; what it sees again changes nothing.
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          dynamodb: { Keys: { sk: { S: props.sortKeyPrefixes.flatMap((prefix) => FilterRule.beginsWith(prefix)) } } },
        }),
        FilterCriteria.filter({
          dynamodb: {
            Keys: { sk: { S: FilterRule.or(props.byState.sortKey) } },
            NewImage: { state: { S: FilterRule.or(...props.byState.states) } },
          },
        }),
      ],
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(0),
      parallelizationFactor: 10,
      maxRecordAge: Duration.hours(12),
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
    });
  }
}
