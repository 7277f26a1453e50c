import { EventBus } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function';

export interface CoordinationBusProps {
  /** Name of the bus; it holds the stage, so that stages can share an account. */
  readonly eventBusName: string;
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
    this.eventBusName = bus.eventBusName;
    this.#eventBusArn = bus.eventBusArn;
  }

  /** Allows to put events and tells the function the bus's name. */
  allowPutting(publisher: ServiceFunction): void {
    publisher.addEnvironment('EVENT_BUS_NAME', this.eventBusName);
    Grant.addToPrincipal({ grantee: publisher, actions: ['events:PutEvents'], resourceArns: [this.#eventBusArn] });
  }
}
