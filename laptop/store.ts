/** The local DynamoDB: Dynoxide if available, else DynamoDB Local, unless the environment chooses. */
import { findDynoxide } from './dynoxide/binary';
import { type DynoxideOptions, noDynoxide, startDynoxide } from './dynoxide';
import { startDynamoDbLocal } from './dynamodb-local';
import { LocalError } from './local-error';
import type { StoreProcess } from './store-process';

export const STORE_KINDS = ['dynoxide', 'dynamodb-local'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

export interface StoreOptions extends Omit<DynoxideOptions, 'binary'> {
  /** @default MUSTER_STORE, else the one that is available */
  readonly kind?: StoreKind;
}

export interface Store extends StoreProcess {
  readonly kind: StoreKind;
}

/** @throws LocalError when the requested store isn't available, or none is */
export async function startStore(options: StoreOptions = {}): Promise<Store> {
  const { kind = storeKindOf(process.env), ...rest } = options;
  if (kind === 'dynamodb-local') return withKind('dynamodb-local', await startDynamoDbLocal(rest));
  const binary = findDynoxide();
  if (binary !== undefined) return withKind('dynoxide', await startDynoxide({ ...rest, binary }));
  if (kind === 'dynoxide') throw noDynoxide();
  return withKind('dynamodb-local', await startDynamoDbLocal(rest));
}

/** The value of MUSTER_STORE; if undefined, availability decides. */
export function storeKindOf(environment: Readonly<Record<string, string | undefined>>): StoreKind | undefined {
  const value = environment['MUSTER_STORE']?.trim() ?? '';
  if (value === '') return undefined;
  const kind = STORE_KINDS.find((name) => name === value);
  if (kind === undefined) throw new LocalError(`MUSTER_STORE is '${value}'; allowed: ${STORE_KINDS.join(', ')}.`);
  return kind;
}

/** Doesn't copy the store, since its properties can change. */
function withKind(kind: StoreKind, store: Omit<Store, 'kind'>): Store {
  return Object.assign(store, { kind });
}
