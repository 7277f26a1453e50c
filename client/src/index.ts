export { Muster, type MusterOptions } from './muster.ts';
export * from './errors.ts';
export type { ErrorCode } from './generated/operations.ts';
export type { ApiPromise, ResponseInfo, WithResponse } from './api-promise.ts';
export type { List, Page } from './list.ts';
export type { Logger, RequestOptions } from './transport.ts';
export type * from './types.ts';
