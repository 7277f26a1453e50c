/** The whole stack on this machine, as `npm start` and the tests start and stop it. */
import { rmSync } from 'node:fs';
import { adminTokenOf } from './admin-token';
import { openBackgroundThread } from './background/background-thread';
import { openDataDirectory, writeFileAtomically } from './data-directory';
import { listenForHttpApi } from './http-api/server';
import { loadFunctions } from './lambda/functions';
import { callerEnvironment, hostEnvironment } from './lambda/host-environment';
import { recordCalls } from './lambda/record-calls';
import { LocalError } from './local-error';
import { Shutdown, STOP_LIMIT_MS } from './shutdown';
import { startDynamoDb } from './stack-store';
import type { LocalTable } from './table-access';
import type { StoreKind } from './store';
import { functionsOfRequests } from './template/function-sides';
import { readStackModel, type SynthesizedStack } from './template/stack-model';

export interface LocalStackOptions {
  /** Created if missing. */
  readonly dataDirectory: string;
  /** @default any free port */
  readonly port?: number;
  /** @default the one in the data directory, generated at the first start */
  readonly adminToken?: string;
  /** @default the stack starts its own store */
  readonly dynamoDbEndpoint?: string;
  /** @default the one that created the data directory's tables, else the one that is available */
  readonly store?: StoreKind;
  /** Where to write which AWS actions the functions call. */
  readonly recordCallsFile?: string;
  readonly synthesize: () => SynthesizedStack | Promise<SynthesizedStack>;
  /** Registers the token as an admin's in the stack's first table. */
  readonly admitAdmin: (table: LocalTable, adminToken: string) => Promise<void>;
  /** Removes secrets from a path before it is logged. */
  readonly redactPath: (path: string, authorization: string | undefined) => string;
  /** Aborts a start in progress. */
  readonly signal?: AbortSignal;
  readonly warn?: (line: string) => void;
  /** Receives lines that matter only when something goes wrong, like the store's output. */
  readonly debug?: (line: string) => void;
}

export interface LocalStack {
  readonly url: string;
  readonly adminToken: string;
  /** Where the admin token is kept, unless it was given. */
  readonly adminTokenFile?: string;
  readonly adminTokenIsNew: boolean;
  readonly dynamoDbEndpoint: string;
  /** Serves all local AWS services; a value for AWS_ENDPOINT_URL. */
  readonly awsEndpoint: string;
  /** Holds the endpoint and the other variables that an SDK needs, in the format of `env`. */
  readonly awsEnvironmentFile: string;
  readonly tableName: string;
  /** Resource types of the template that have no effect here. */
  readonly ignoredTypes: readonly string[];
  /** Resolves when a vital part of the stack has ended by itself. */
  readonly broken: Promise<LocalError>;
  stop(): Promise<void>;
}

/** The stream, the schedules and the queues, one after the other. */
const BACKGROUND_STOP_LIMIT_MS = 3 * STOP_LIMIT_MS;

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
    // During a shutdown, parts fail because others have stopped; such warnings are useless.
    if (!shutdown.isRunning) options.warn?.(line);
  };
  const checkpoint = (): void => {
    if (options.signal?.aborted === true) throw new LocalError('The start was cancelled.');
  };

  const data = openDataDirectory(options.dataDirectory);
  shutdown.add(() => {
    data.release();
  });
  const http = await listenForHttpApi(options.port ?? 0);
  shutdown.add(() => http.stop(STOP_LIMIT_MS));

  // Most of the time goes into synthesis and imports. Meanwhile the store starts in its own process, and the background
  // thread imports its code.
  const startingDynamoDb = startDynamoDb(options, data, shutdown);
  startingDynamoDb.catch(() => undefined); // it is awaited below, perhaps after something else has failed
  const background = openBackgroundThread({ warn, debug: options.debug ?? (() => undefined) });
  const stopBackground = async (): Promise<void> => {
    await background.stop(BACKGROUND_STOP_LIMIT_MS);
  };
  shutdown.add(stopBackground);
  const stack = await options.synthesize();
  const model = readStackModel(stack);
  const [{ createTables }, { connect, documentClient }] = await Promise.all([
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
  await options.admitAdmin({ client: documentClient(client), name: table.name }, admin.token);

  const { endpoints, started } = await background.start({
    stack,
    dataDirectory: data.path,
    dynamoDbEndpoint: dynamoDb.endpoint,
    streamArns: new Map(tables.map(({ name, streamArn }) => [name, streamArn])),
    apiUrl: http.url,
    ...(options.recordCallsFile === undefined ? {} : { recordCallsFile: options.recordCallsFile }),
  });
  const ofRequests = functionsOfRequests(model.httpApi);
  const loaded = await loadFunctions(
    model.functions.filter(({ name }) => ofRequests.has(name)),
    hostEnvironment(dynamoDb.endpoint, endpoints.queues, endpoints.aws),
    { imported: ofRequests, shared: ofRequests },
  );
  const functions = options.recordCallsFile === undefined ? loaded : recordCalls(loaded, options.recordCallsFile);
  await started;
  shutdown.add(stopBackground); // again, since it needs DynamoDB
  checkpoint();

  const environmentFile = data.file('aws-environment');
  writeFileAtomically(environmentFile, callerEnvironment(endpoints.aws));
  shutdown.add(() => {
    rmSync(environmentFile, { force: true });
  });
  http.serve({ api: model.httpApi, functions, onWrite: background.nudge, warn, redactPath: options.redactPath });
  // Requests stop first, so that their changes are still dispatched.
  shutdown.add(() => http.stop(STOP_LIMIT_MS));
  checkpoint();

  return {
    url: http.url,
    adminToken: admin.token,
    ...(admin.file === undefined ? {} : { adminTokenFile: admin.file }),
    adminTokenIsNew: admin.isNew,
    dynamoDbEndpoint: dynamoDb.endpoint,
    awsEndpoint: endpoints.aws,
    awsEnvironmentFile: environmentFile,
    tableName: table.name,
    ignoredTypes: model.ignoredTypes,
    broken: Promise.race([dynamoDb.broken, background.broken]),
    stop: async () => {
      await shutdown.run();
    },
  };
}
