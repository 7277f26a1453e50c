import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EVENT_BUS_SOURCE } from '../../lib/events/bus';
import type { ServiceFunction } from './service-function';

export interface CoordinationBusProps {
  /** Name of the bus; it holds the stage, so that stages can share an account. */
  readonly eventBusName: string;

  /**
   * How long events are kept for replays to rules.
   *
   * @default 0: there is no archive
   */
  readonly archiveDays?: number;

  /**
   * What happens to the archive when the stack is deleted.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The event bus on which every event appears, for rules of the account's owner. The stack itself has none. */
export class CoordinationBus extends Construct {
  readonly eventBusName: string;
  readonly #eventBusArn: string;

  constructor(scope: Construct, id: string, props: CoordinationBusProps) {
    super(scope, id);
    const bus = new EventBus(this, 'EventBus', {
      eventBusName: props.eventBusName,
      description: 'Events of sync points, progress trackers and agents',
    });
    const { archiveDays = 0, removalPolicy = RemovalPolicy.DESTROY } = props;
    if (archiveDays > 0) {
      // Without a name of its own, as all that may outlive the stack: see ADR 0012.
      bus
        .archive('Archive', {
          description: 'Events of the bus, for replays to rules',
          eventPattern: { source: [EVENT_BUS_SOURCE] },
          retention: Duration.days(archiveDays),
        })
        .applyRemovalPolicy(removalPolicy);
    }
    this.eventBusName = bus.eventBusName;
    this.#eventBusArn = bus.eventBusArn;
  }

  /** Allows to put events and tells the function the bus's name. */
  allowPutting(publisher: ServiceFunction): void {
    publisher.addEnvironment('EVENT_BUS_NAME', this.eventBusName);
    Grant.addToPrincipal({ grantee: publisher, actions: ['events:PutEvents'], resourceArns: [this.#eventBusArn] });
  }
}
