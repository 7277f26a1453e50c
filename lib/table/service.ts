import { type Clock, systemClock } from '../common/clock';
import { requiredSetting } from '../common/settings';
import { openTable, type Table } from './table';

/** The resources of all operations. It is the first parameter, so that tests can pass their own table and clock. */
export interface Service {
  readonly table: Table;
  readonly now: Clock;
}

/** The settings from the environment of a function. */
export const openService = (): Service => ({ table: openTable(requiredSetting('TABLE_NAME')), now: systemClock });
