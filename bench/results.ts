import type { AlternativeResult } from './parts/alternatives';
import type { ArrivalsResult } from './parts/arrivals';
import type { ColdStart } from './parts/cold-start';
import type { ConsoleResult } from './parts/console';
import type { HerdResult } from './parts/herd';
import type { InboxResult } from './parts/inbox';
import type { LongPollResult } from './parts/long-poll';
import type { McpResult } from './parts/mcp';
import type { PresenceResult } from './parts/presence';
import type { ServersResult } from './parts/servers';
import type { StoreGrowthResult } from './parts/store-growth';
import type { UnitsAtSize } from './parts/units';
import type { Machine } from './machine';

/** Everything a run measures; `bench/results.json` holds the latest of each part. */
export interface Figures {
  readonly units: UnitsAtSize[];
  readonly arrivals: ArrivalsResult[];
  readonly alternatives: AlternativeResult[];
  readonly herd: HerdResult[];
  readonly longPoll: LongPollResult[];
  readonly inbox: InboxResult[];
  readonly presence: PresenceResult[];
  readonly coldStart: ColdStart[];
  readonly mcp: McpResult;
  readonly servers: ServersResult;
  readonly storeGrowth: StoreGrowthResult[];
  readonly console: ConsoleResult;
}

export type Part = keyof Figures;

/** When, where and how busy: a machine that does other work at the same time makes all times longer. */
export interface Circumstances {
  readonly measuredAt: string;
  readonly commit: string;
  readonly machine: Machine;
  /** Of the last minute, before this part began; above the number of cores somebody had to wait. */
  readonly loadAverage: number;
  readonly seconds: number;
}

export type Results = {
  readonly [Name in Part]?: { readonly circumstances: Circumstances; readonly figures: Figures[Name] };
};
