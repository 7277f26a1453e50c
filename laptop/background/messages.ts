/**
 * Messages between the main thread, which serves requests, and the background thread. Their values can be cloned.
 */
import type { SynthesizedStack } from '../template/stack-model';

export interface BackgroundSettings {
  readonly stack: SynthesizedStack;
  readonly dataDirectory: string;
  readonly dynamoDbEndpoint: string;
  /** By table name; undefined for a table without a stream. */
  readonly streamArns: ReadonlyMap<string, string | undefined>;
  readonly apiUrl: string;
  /** Where to write which AWS actions the functions call. */
  readonly recordCallsFile?: string;
}

/** Where the background thread listens. */
export interface BackgroundEndpoints {
  /** SNS and SQS. */
  readonly queues: string;
  /** All AWS services. */
  readonly aws: string;
}

export type ToBackground =
  | { readonly type: 'start'; readonly settings: BackgroundSettings }
  /** A request may have written something. */
  | { readonly type: 'written' }
  | { readonly type: 'stop' };

export type FromBackground =
  | { readonly type: 'listening'; readonly endpoints: BackgroundEndpoints }
  /** Changes are now being processed. */
  | { readonly type: 'started' }
  /** The start failed; an error loses its class between threads. */
  | { readonly type: 'failed'; readonly message: string; readonly stack: string; readonly isLocalError: boolean }
  | { readonly type: 'warning'; readonly line: string };
