/** The stack's store: selects the one that fits the data directory, and starts and stops it with the stack. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DataDirectory } from './data-directory';
import { DATABASE_FILE } from './dynoxide/database-file';
import { endLeftover } from './dynoxide/leftover';
import { LocalError } from './local-error';
import type { Shutdown } from './shutdown';
import { startStore, type Store, type StoreKind } from './store';

/** The file in which each store keeps the tables. */
const FILES: Readonly<Record<StoreKind, string>> = {
  dynoxide: DATABASE_FILE,
  'dynamodb-local': 'shared-local-instance.db',
};
const NAMES: Readonly<Record<StoreKind, string>> = { dynoxide: 'Dynoxide', 'dynamodb-local': 'DynamoDB Local' };

export interface StackStoreOptions {
  /** Uses this DynamoDB instead of starting a store. */
  readonly dynamoDbEndpoint?: string;
  /** @default the one that created the data directory's tables, else the one that is available */
  readonly store?: StoreKind;
  readonly signal?: AbortSignal;
  readonly warn?: (line: string) => void;
  readonly debug?: (line: string) => void;
}

export async function startDynamoDb(
  options: StackStoreOptions,
  data: DataDirectory,
  shutdown: Shutdown,
): Promise<{ readonly endpoint: string; readonly broken: Promise<LocalError> }> {
  if (options.dynamoDbEndpoint !== undefined) {
    return { endpoint: options.dynamoDbEndpoint, broken: new Promise(() => undefined) };
  }
  const directory = data.file('dynamodb');
  const kind = storeOfData(directory, options.store);
  if (kind === 'dynamodb-local' && options.store === undefined) {
    options.warn?.(`${data.path} has data of DynamoDB Local, so Muster continues with that store.`);
  }
  const abort = new AbortController();
  const stopStarting = (): void => {
    abort.abort();
  };
  options.signal?.addEventListener('abort', stopStarting);
  const start = async (): Promise<Store> => {
    await endLeftover(directory);
    return await startStore({
      ...(kind === undefined ? {} : { kind }),
      dataDirectory: directory,
      signal: abort.signal,
      ...(options.warn === undefined ? {} : { warn: options.warn }),
      ...(options.debug === undefined ? {} : { log: options.debug }),
    });
  };
  const starting = start();
  // Added before it has started, in case of a stop in between.
  shutdown.add(async () => {
    abort.abort();
    await (await starting.catch(() => undefined))?.stop();
  });
  const started = await starting;
  options.signal?.removeEventListener('abort', stopStarting);
  const broken = started.ended.then(
    () => new LocalError(`${NAMES[started.kind]} stopped unexpectedly; start Muster again.`),
  );
  return { endpoint: started.endpoint, broken };
}

/**
 * The store whose data is present, even if others are available. Another store would begin with empty tables, which
 * wouldn't match the schedules and the position in the stream.
 */
export function storeOfData(directory: string, asked: StoreKind | undefined): StoreKind | undefined {
  const kinds = Object.keys(FILES) as StoreKind[];
  const kept = kinds.find((kind) => existsSync(path.join(directory, FILES[kind])));
  if (kept === undefined || asked === undefined || asked === kept) return kept ?? asked;
  throw new LocalError(
    `MUSTER_STORE is '${asked}', but ${path.dirname(directory)} has data of ${NAMES[kept]}: unset MUSTER_STORE to continue with that data, or set MUSTER_DATA_DIR to another folder.`,
  );
}
