import type { RosterHeader } from '../rosters/header';
import type { SchedulePayload } from '../schedules/payloads';
import type { RosterKind } from '../table/keys';

/** Of the deadline, and of the warning before it if one is wanted. Setting and removing them may be repeated. */
export function deadlineSchedules(
  kind: RosterKind,
  { id, terms: { deadlineMs }, warnSeconds }: RosterHeader,
): { readonly payload: SchedulePayload; readonly atMs: number }[] {
  if (deadlineMs === null) return [];
  const deadline = { payload: { kind, id }, atMs: deadlineMs };
  if (warnSeconds === null) return [deadline];
  const payload = { kind: 'WARNING', roster: kind, id, deadlineMs } as const;
  return [deadline, { payload, atMs: deadlineMs - warnSeconds * 1_000 }];
}
