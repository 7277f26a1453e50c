export { Muster, type MusterOptions } from './muster.ts';
export * from './errors.ts';
export {
  SyncPointCancelled,
  type SyncPointEnd,
  SyncPointEnded,
  SyncPointExpired,
  SyncPointFailed,
  TrackerCancelled,
  type TrackerEnd,
  TrackerEnded,
  TrackerExpired,
  TrackerFailed,
} from './ended.ts';
export type { ErrorCode } from './generated/operations.ts';
export type { Handle } from './handle.ts';
export type { ApiPromise, ResponseInfo, WithResponse } from './api-promise.ts';
export type { KeepOptions, KeptPresence } from './keep-presence.ts';
export type { List, Page } from './list.ts';
export type { HandleOptions, ListenedMessage, ListenOptions, MessageHandler } from './listen.ts';
export type { TakeOptions } from './take.ts';
export type { Track, TrackOptions, WrapOptions } from './track.ts';
export type { Logger, RequestOptions } from './transport.ts';
export type * from './types.ts';
export type { WaitOptions } from './wait.ts';
