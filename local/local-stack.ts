/** The whole stack on this machine: what `npm start` and the tests start and stop. */
import { rmSync } from 'node:fs';
import { adminTokenOf } from './admin-token';
import { assembleStack } from './assembly';
import { type AwsService, startAwsEndpoint } from './aws-endpoint';
import { createStackOutputs } from './cloudformation/stack-outputs';
import { openDataDirectory, type DataDirectory, writeFileAtomically } from './data-directory';
import { startDynamoDbLocal } from './dynamodb-local';
import { createDynamoDbService } from './dynamodb-service';
import { startStreamSource, type StreamSource } from './dynamodb-stream/stream-source';
import { createEventBuses, type EventBuses } from './event-bus/event-bus';
import { listenForHttpApi } from './http-api/server';
import { createAsyncInvoker, type AsyncInvoker } from './lambda/async-invocation';
import { loadFunctions, type Functions } from './lambda/functions';
import { callerEnvironment, hostEnvironment } from './lambda/host-environment';
import { createInvocation } from './lambda/invocation';
import { recordCalls } from './lambda/record-calls';
import { LocalError } from './local-error';
import { watchDeadLetters } from './queues/dead-letters';
import { startQueueSource } from './queues/queue-source';
import { startQueues } from './queues/queues';
import { startScheduler, type Scheduler } from './scheduler/scheduler';
import { API_URL_OUTPUT, readStackModel, type SynthesizedStack } from './template/stack-model';
import { Shutdown } from './shutdown';

export interface LocalStackOptions {
  /** Made if missing. */
  readonly dataDirectory: string;
  /** @default any free port */
  readonly port?: number;
  /** @default the one kept in the data directory, made at the first start */
  readonly adminToken?: string;
  /** @default a DynamoDB Local of its own */
  readonly dynamoDbEndpoint?: string;
  /** Where to write which AWS actions the functions call. */
  readonly recordCallsFile?: string;
  /** On top of those of stage dev. */
  readonly stageSettings?: Readonly<Record<string, string>>;
  /** @default synthesized from infra/ */
  readonly synthesize?: () => SynthesizedStack | Promise<SynthesizedStack>;
  /** Stops a start that is under way. */
  readonly signal?: AbortSignal;
  readonly warn?: (line: string) => void;
  /** What is of no interest until something goes wrong, like the output of DynamoDB Local. */
  readonly debug?: (line: string) => void;
}

export interface LocalStack {
  readonly url: string;
  readonly adminToken: string;
  /** Where the admin token is kept, unless it was given. */
  readonly adminTokenFile?: string;
  readonly adminTokenIsNew: boolean;
  readonly dynamoDbEndpoint: string;
  /** All AWS services that there are here, as AWS_ENDPOINT_URL takes them. */
  readonly awsEndpoint: string;
  /** Where that and what else an SDK has to know is kept, as `env` takes it. */
  readonly awsEnvironmentFile: string;
  readonly tableName: string;
  /** Resource types of the template that have no effect here. */
  readonly ignoredTypes: readonly string[];
  /** Resolves when something that the stack can't do without has ended by itself. */
  readonly broken: Promise<LocalError>;
  stop(): Promise<void>;
}

/** How long requests and deliveries under way may take when the stack is stopped. */
const STOP_LIMIT_MS = 2_000;

export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const shutdown = new Shutdown();
  try {
    return await start(options, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function start(options: LocalStackOptions, shutdown: Shutdown): Promise<LocalStack> {
  const warn = (line: string): void => {
    // While things are being stopped, those that depend on them fail, which tells nobody anything.
    if (!shutdown.isRunning) options.warn?.(line);
  };
  const checkpoint = (): void => {
    if (options.signal?.aborted === true) throw new LocalError('The start was stopped.');
  };

  const data = openDataDirectory(options.dataDirectory);
  shutdown.add(() => {
    data.release();
  });
  const http = await listenForHttpApi(options.port ?? 0);
  shutdown.add(() => http.stop(STOP_LIMIT_MS));

  // Java starts in its own process while this one synthesizes and imports, which is where the time goes.
  const startingDynamoDb = startDynamoDb(options, data, shutdown);
  startingDynamoDb.catch(() => undefined); // it is awaited below, perhaps after something else has failed
  const model = readStackModel(await (options.synthesize?.() ?? assembleStack(options.stageSettings)));
  const [{ createTables }, { connect, writeAdminTokenTo }] = await Promise.all([
    import('./create-tables'),
    import('./table-access'),
  ]);
  checkpoint();
  const dynamoDb = await startingDynamoDb;
  const client = connect(dynamoDb.endpoint);
  shutdown.add(() => {
    client.destroy();
  });
  const tables = await createTables(client, model.tables);
  checkpoint();
  const [table] = tables;
  if (table === undefined) throw new LocalError('The template has no table.');
  const admin = adminTokenOf(options.adminToken, data);
  await writeAdminTokenTo(client, table.name, admin.token);

  const queues = await startQueues(model.queues, model.topics);
  shutdown.add(() => queues.stop());
  const workQueues = new Set(model.queueSources.map(({ queueArn }) => queueArn.split(':').at(-1) ?? ''));
  const deadLetters = await watchDeadLetters(
    queues,
    model.queues.filter(({ name }) => !workQueues.has(name)).map(({ arn }) => arn),
    data.file('dead-letters.jsonl'),
    warn,
  );
  shutdown.add(async () => {
    deadLetters.stop();
    await deadLetters.record();
  });

  // The services are called by the functions, and call them: the endpoint comes first and finds them when it is called.
  const stopped = new AbortController();
  const services: { scheduler?: Scheduler; buses?: EventBuses; invocation?: AwsService } = {};
  const streamSources: StreamSource[] = [];
  const nudge = (): void => {
    for (const source of streamSources) source.nudge();
  };
  const aws = await startAwsEndpoint(
    [
      createDynamoDbService(dynamoDb.endpoint, nudge),
      (request) => queues.service(request),
      (request) => services.scheduler?.service(request),
      (request) => services.buses?.service(request),
      (request) => services.invocation?.(request),
      createStackOutputs(model.stackName, { ...model.outputs, [API_URL_OUTPUT]: http.url }),
    ],
    warn,
  );
  shutdown.add(() => aws.stop());
  const loaded = await loadFunctions(
    model.functions,
    hostEnvironment(dynamoDb.endpoint, queues.endpoint, aws.url),
    new Set(
      model.httpApi.routes.flatMap(({ functionName, authorizer }) => [functionName, authorizer?.functionName ?? '']),
    ),
  );
  checkpoint();

  const functions = options.recordCallsFile === undefined ? loaded : recordCalls(loaded, options.recordCallsFile);
  services.invocation = createInvocation(nudgingFunctions(functions, nudge));
  const settings = model.asyncSettings;
  const invoker = nudging(createAsyncInvoker({ functions, queues, settings, warn, signal: stopped.signal }), nudge);
  const buses = createEventBuses(model.eventBuses, invoker, warn);
  services.buses = buses;
  const queueSources = model.queueSources.map((source) => startQueueSource(source, queues, functions, warn));
  // The pollers wait for messages until the queues are stopped, so the two are stopped together.
  shutdown.add(() => Promise.all([...queueSources.map((source) => source.stop(STOP_LIMIT_MS)), queues.stop()]));
  const scheduler = startScheduler({
    groupNames: model.scheduleGroupNames,
    file: data.file('schedules.jsonl'),
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
    const { streamArn } = tables.find(({ name }) => name === source.tableName) ?? {};
    if (streamArn === undefined) throw new LocalError(`The table ${source.tableName} has no stream.`);
    streamSources.push(
      startStreamSource({
        source,
        endpoint: dynamoDb.endpoint,
        streamArn,
        checkpointFile: data.file(`stream-${source.id}.json`),
        functions: nudgingFunctions(functions, nudge),
        queues,
        isDelivered: async () => {
          const depths = await queues.depths();
          const waiting = depths.some(({ name, messages }) => messages > 0 && workQueues.has(name));
          if (waiting || buses.pending > 0) return false;
          await deadLetters.record();
          return true;
        },
        warn,
      }),
    );
  }
  shutdown.add(() => Promise.all(streamSources.map((source) => source.stop(STOP_LIMIT_MS))));
  const environmentFile = data.file('aws-environment');
  writeFileAtomically(environmentFile, callerEnvironment(aws.url));
  shutdown.add(() => {
    rmSync(environmentFile, { force: true });
  });
  http.serve({ api: model.httpApi, functions, onWrite: nudge, warn });
  // Requests first: what they wrote is then still dispatched.
  shutdown.add(() => http.stop(STOP_LIMIT_MS));
  checkpoint();

  return {
    url: http.url,
    adminToken: admin.token,
    ...(admin.file === undefined ? {} : { adminTokenFile: admin.file }),
    adminTokenIsNew: admin.isNew,
    dynamoDbEndpoint: dynamoDb.endpoint,
    awsEndpoint: aws.url,
    awsEnvironmentFile: environmentFile,
    tableName: table.name,
    ignoredTypes: model.ignoredTypes,
    broken: dynamoDb.broken,
    stop: async () => {
      await shutdown.run();
    },
  };
}

async function startDynamoDb(
  options: LocalStackOptions,
  data: DataDirectory,
  shutdown: Shutdown,
): Promise<{ readonly endpoint: string; readonly broken: Promise<LocalError> }> {
  if (options.dynamoDbEndpoint !== undefined) {
    return { endpoint: options.dynamoDbEndpoint, broken: new Promise(() => undefined) };
  }
  const abort = new AbortController();
  const stopStarting = (): void => {
    abort.abort();
  };
  options.signal?.addEventListener('abort', stopStarting);
  const starting = startDynamoDbLocal({
    dataDirectory: data.file('dynamodb'),
    signal: abort.signal,
    ...(options.debug === undefined ? {} : { log: options.debug }),
  });
  // Before it has started, for a stop in between.
  shutdown.add(async () => {
    abort.abort();
    await (await starting.catch(() => undefined))?.stop();
  });
  const started = await starting;
  options.signal?.removeEventListener('abort', stopStarting);
  const broken = started.ended.then(() => new LocalError('DynamoDB Local has ended by itself.'));
  return { endpoint: started.endpoint, broken };
}

/** A function that isn't called by a request may have written too. */
function nudging(invoker: AsyncInvoker, nudge: () => void): AsyncInvoker {
  return {
    invoke: async (functionName, event) => {
      await invoker.invoke(functionName, event).finally(nudge);
    },
  };
}

function nudgingFunctions(functions: Functions, nudge: () => void): Functions {
  return {
    ...functions,
    invoke: async (functionName, event) => await functions.invoke(functionName, event).finally(nudge),
  };
}
