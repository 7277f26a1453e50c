/** The store as a process, whichever it is. */
export interface StoreProcessOptions {
  /** @default a free port */
  readonly port?: number;
  /** Where the tables are kept; it must exist. Without it they are gone at the end. */
  readonly dataDirectory?: string;
  /** Aborts a start in progress. */
  readonly signal?: AbortSignal;
  /** Receives every line of its output. */
  readonly log?: (line: string) => void;
}

export interface StoreProcess {
  readonly endpoint: string;
  readonly port: number;
  /** Of Dynoxide, where it changes with each restart; of DynamoDB Local's Java, or of the docker client. */
  readonly pid: number;
  /** Resolves when it has ended, for any reason, and won't be restarted. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}
