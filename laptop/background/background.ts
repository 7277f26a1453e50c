/**
 * Everything in the stack except requests: the processing of changes, and the AWS services for functions and operators.
 *
 * It runs on a separate thread, so that requests don't wait for this work. The request side only notifies it of writes.
 * That merely makes it faster, since the stream has the changes anyway.
 */
import path from 'node:path';
import { type AwsService, startAwsEndpoint } from '../aws-endpoint';
import { createStackOutputs } from '../cloudformation/stack-outputs';
import { createDynamoDbService } from '../dynamodb-service';
import { startStreamSource, type StreamSource } from '../dynamodb-stream/stream-source';
import { createEventBuses } from '../event-bus/event-bus';
import { type AsyncInvoker, createAsyncInvoker } from '../lambda/async-invocation';
import { type Functions, loadFunctions } from '../lambda/functions';
import { hostEnvironment } from '../lambda/host-environment';
import { createInvocation } from '../lambda/invocation';
import { recordCalls } from '../lambda/record-calls';
import { LocalError } from '../local-error';
import { watchDeadLetters } from '../queues/dead-letters';
import { startQueueSource } from '../queues/queue-source';
import { startQueues } from '../queues/queues';
import { startScheduler, type Scheduler } from '../scheduler/scheduler';
import { type Shutdown, STOP_LIMIT_MS } from '../shutdown';
import { functionsOfBackground } from '../template/function-sides';
import { API_URL_OUTPUT, readStackModel } from '../template/stack-model';
import type { BackgroundEndpoints, BackgroundSettings } from './messages';

export interface BackgroundHost {
  /** Receives the steps that stop it, even if the start fails. */
  readonly shutdown: Shutdown;
  readonly warn: (line: string) => void;
  readonly onListening: (endpoints: BackgroundEndpoints) => void;
}

/** Returns a function that looks for changes at once. */
export async function startBackground(
  settings: BackgroundSettings,
  { shutdown, warn, onListening }: BackgroundHost,
): Promise<() => void> {
  const { dynamoDbEndpoint } = settings;
  const file = (name: string): string => path.join(settings.dataDirectory, name);
  const model = readStackModel(settings.stack);

  const queues = await startQueues(model.queues, model.topics);
  shutdown.add(() => queues.stop());
  const workQueues = new Set(model.queueSources.map(({ queueArn }) => queueArn.split(':').at(-1) ?? ''));
  const deadLetters = await watchDeadLetters(
    queues,
    model.queues.filter(({ name }) => !workQueues.has(name)).map(({ arn }) => arn),
    file('dead-letters.jsonl'),
    warn,
  );
  shutdown.add(async () => {
    deadLetters.stop();
    await deadLetters.record();
  });

  // Services and functions call each other, so the endpoint starts first and looks the functions up when called.
  const stopped = new AbortController();
  const services: { scheduler?: Scheduler; invocation?: AwsService } = {};
  const streamSources: StreamSource[] = [];
  const nudge = (): void => {
    for (const source of streamSources) source.nudge();
  };
  const aws = await startAwsEndpoint(
    [
      createDynamoDbService(dynamoDbEndpoint, nudge),
      (request) => queues.service(request),
      (request) => services.scheduler?.service(request),
      createEventBuses(model.eventBusNames),
      (request) => services.invocation?.(request),
      createStackOutputs(model.stackName, { ...model.outputs, [API_URL_OUTPUT]: settings.apiUrl }),
    ],
    warn,
  );
  shutdown.add(() => aws.stop());
  onListening({ queues: queues.endpoint, aws: aws.url });

  // All functions, since Invoke may name any; request functions are imported only if it does.
  const loaded = await loadFunctions(model.functions, hostEnvironment(dynamoDbEndpoint, queues.endpoint, aws.url), {
    imported: functionsOfBackground(model),
    shared: new Set(),
  });
  const quiet = settings.recordCallsFile === undefined ? loaded : recordCalls(loaded, settings.recordCallsFile);
  const functions = nudging(quiet, nudge);
  services.invocation = createInvocation(functions);
  const invoker: AsyncInvoker = createAsyncInvoker({
    functions,
    queues,
    settings: model.asyncSettings,
    warn,
    signal: stopped.signal,
  });
  const queueSources = model.queueSources.map((source) => startQueueSource(source, queues, quiet, warn));
  // The pollers wait for messages until the queues are stopped, so the two are stopped together.
  shutdown.add(() => Promise.all([...queueSources.map((source) => source.stop(STOP_LIMIT_MS)), queues.stop()]));
  const scheduler = startScheduler({
    groupNames: model.scheduleGroupNames,
    file: file('schedules.jsonl'),
    functions,
    invoker,
    queues,
    warn,
    signal: stopped.signal,
  });
  services.scheduler = scheduler;
  shutdown.add(() => scheduler.stop());
  shutdown.add(() => {
    stopped.abort();
  });

  for (const source of model.streamSources) {
    const streamArn = settings.streamArns.get(source.tableName);
    if (streamArn === undefined)
      throw new LocalError(
        `The table ${source.tableName} has no stream: use another MUSTER_DATA_DIR, or enable its stream.`,
      );
    streamSources.push(
      startStreamSource({
        source,
        endpoint: dynamoDbEndpoint,
        streamArn,
        checkpointFile: file(`stream-${source.id}.json`),
        functions,
        queues,
        isDelivered: async () => {
          const depths = await queues.depths();
          const waiting = depths.some(({ name, messages }) => messages > 0 && workQueues.has(name));
          if (waiting) return false;
          await deadLetters.record();
          return true;
        },
        warn,
      }),
    );
  }
  shutdown.add(() => Promise.all(streamSources.map((source) => source.stop(STOP_LIMIT_MS))));
  return nudge;
}

/**
 * Functions that aren't called by a request may write too. Functions behind queues are left out: many run at once, and
 * polling finds their changes soon enough.
 */
function nudging(functions: Functions, nudge: () => void): Functions {
  return {
    ...functions,
    invoke: async (functionName, event) => await functions.invoke(functionName, event).finally(nudge),
  };
}
