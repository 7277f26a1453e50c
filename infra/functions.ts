/**
 * The functions of the stack, one line each: a new one is an entry here and a file of that name in `functions/`.
 *
 * `tableActions` is all that a function may do to the table. Transactions are authorised by the actions of their parts;
 * only BatchGetItem and BatchWriteItem are permissions of their own.
 */
import { Duration } from 'aws-cdk-lib';
import type { TableAction } from './constructs/coordination-table';

export interface FunctionDefinition {
  readonly description: string;
  readonly tableActions: readonly TableAction[];
  /**
   * Whether it queries the index of what is not acknowledged.
   *
   * @default false
   */
  readonly queriesIndex?: boolean;
  readonly timeout: Duration;

  /** @default 512 */
  readonly memorySizeMb?: number;
}

/** API Gateway gives up on an authorizer after 10 s, so anything longer would only be billed. */
const AUTHORIZER_TIMEOUT = Duration.seconds(9);

/** API Gateway gives up on a request after 30 s; one that waits (20 s at most) has ended by then. */
const REQUEST_TIMEOUT = Duration.seconds(29);

export const functionDefinitions = {
  'authorize-request': {
    description: 'Tells who calls from the bearer token',
    tableActions: ['GetItem'],
    timeout: AUTHORIZER_TIMEOUT,
  },
  'serve-public': {
    description: 'Serves what needs no token and answers unknown routes',
    tableActions: [],
    timeout: REQUEST_TIMEOUT,
  },
  'serve-console': {
    description: 'Serves the console and the API reference: pages and the files that they load',
    tableActions: [],
    timeout: REQUEST_TIMEOUT,
  },
  'serve-agents': {
    description: 'Serves agents, their tokens and their presence',
    // The update is a check-in or a check-out.
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
    timeout: REQUEST_TIMEOUT,
  },
  'serve-sync-points': {
    description: 'Serves sync points and what becomes of their participants',
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    timeout: REQUEST_TIMEOUT,
  },
  'serve-progress-trackers': {
    description: 'Serves progress trackers, reports and what becomes of their participants',
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    timeout: REQUEST_TIMEOUT,
  },
  'serve-inbox': {
    description: 'Serves inboxes and acknowledgements',
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem'],
    queriesIndex: true,
    timeout: REQUEST_TIMEOUT,
  },
  'serve-messages': {
    description: 'Takes messages of agents and shows who acknowledged them',
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
    timeout: REQUEST_TIMEOUT,
  },
  'serve-events': {
    description: 'Serves the feed of all events',
    tableActions: ['Query'],
    timeout: REQUEST_TIMEOUT,
  },
  'serve-mcp': {
    description: 'Serves the Model Context Protocol: the operations of the API as tools',
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    queriesIndex: true,
    timeout: REQUEST_TIMEOUT,
  },
  'dispatch-changes': {
    description: 'Turns changes of the table into events, notifications and schedules',
    // It puts the reason of a failure that it records for a lost agent, and deletes that of one that was refused.
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
    // A batch may hold the creation of several sync points with 10,000 participants, each a membership to write.
    timeout: Duration.minutes(2),
    memorySizeMb: 1024,
  },
  'deliver-to-inbox': {
    description: 'Stores published messages in the inboxes of their recipients',
    tableActions: ['PutItem', 'UpdateItem'],
    timeout: Duration.seconds(30),
  },
  'send-reminder': {
    description: 'Sends reminders and warnings of deadlines, and marks stalled progress trackers and lost agents',
    // The update marks a stall or a loss.
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem'],
    timeout: Duration.seconds(60),
  },
  'expire-deadline': {
    description: 'Ends a sync point or progress tracker whose deadline has passed',
    tableActions: ['BatchGetItem', 'Query', 'UpdateItem'],
    timeout: Duration.seconds(30),
  },
} as const satisfies Record<string, FunctionDefinition>;

export type FunctionName = keyof typeof functionDefinitions;

export const functionNames = Object.keys(functionDefinitions) as FunctionName[];
