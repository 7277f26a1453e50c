import type { Rules } from '../rosters/create';
import { SYNC_POINT_PAGE } from '../rosters/page';
import { type Roster, type RosterStatus, statusOf } from '../rosters/roster';
import { viewRoster } from '../rosters/view';
import type { CreateSyncPoint, SyncPointView } from './routes';

export const rulesOf = ({ quorum, endWhen }: CreateSyncPoint): Rules => ({
  rule: { quorum: quorum ?? null, endWhen: endWhen ?? 'decided', creatorDecides: false },
  capacity: SYNC_POINT_PAGE,
  totalSteps: null,
  monotonic: false,
});

export const viewSyncPoint = (roster: Roster): SyncPointView => ({
  ...viewRoster(roster),
  status: statusOf(roster) as RosterStatus<'SP'>,
  quorum: roster.header.rule.quorum,
  endWhen: roster.header.rule.endWhen,
});
