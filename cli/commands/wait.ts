/** What waiting for a sync point and for a tracker have in common. */
import type { Muster, Participant, SyncPointEnd, TrackerEnd, TrackerParticipant } from '@muster/client';
import type { Command } from 'commander';
import { clientCommand, interruptible, type Session, withMuster } from '../command';
import { EndedWith } from '../errors';
import { exitCodeOfStatus, type Status } from '../exit-codes';
import { given } from '../given';
import type { Terminal } from '../terminal';
import { withoutControls } from '../text';
import { parseSeconds } from '../values';
import { type OpenOrEnded, participantColumns, type ParticipantRow, type Roster } from './rosters';

export interface WaitOptions {
  readonly timeout?: number;
  readonly appearsWithin?: number;
}

export const waitOptions = (command: Command): Command =>
  command
    .option('--timeout <duration>', 'wait no longer than this, like 90s, 10m or 2h', parseSeconds)
    .option('--appears-within <duration>', 'wait so long for it to be created', parseSeconds);

/** For the client, which throws no ending: its exit code says it. */
export const waitFields = ({ timeout, appearsWithin }: WaitOptions, signal: AbortSignal) => ({
  signal,
  throwUnlessCompleted: false,
  ...given({
    timeout: timeout === undefined ? undefined : timeout * 1_000,
    appearsWithinMs: appearsWithin === undefined ? undefined : appearsWithin * 1_000,
  }),
});

type End = SyncPointEnd | TrackerEnd;

/** @throws EndedWith unless it was completed */
export function showEnd({ output, terminal }: Session, end: End): void {
  const roster: OpenOrEnded = 'tracker' in end ? end.tracker : end.syncPoint;
  const participants: readonly (Participant | TrackerParticipant)[] = end.participants;
  const rows: readonly ParticipantRow[] = participants;
  const reason = roster.endReason === null ? '.' : `: ${roster.endReason}`;
  output.value(end, () => {
    const columns = participantColumns(terminal.now(), 'tracker' in end);
    const table = rows.length > 0 ? `\n\n${output.table(rows, columns).trimEnd()}` : '';
    return withoutControls(`${roster.id} is ${roster.status}${reason}`) + table;
  });
  endAs(roster.status);
}

/** @throws EndedWith unless it was completed */
export function endAs(status: Status): void {
  const exitCode = exitCodeOfStatus(status);
  if (exitCode !== 0) throw new EndedWith(exitCode);
}

export function waitCommand(terminal: Terminal, { group, example, singular, ...roster }: Roster): Command {
  const command = clientCommand({
    usage: 'wait <id>',
    summary: 'Wait until it has ended, and show the outcome and data of everyone',
    more: `However long it takes, and also if Muster is restarted meanwhile. The exit code is 0 when the ${singular}
was completed, 3 when it has expired, 4 when it was cancelled, 5 when it failed, and 124 at --timeout.`,
    examples: [
      `muster ${group} wait ${example}`,
      `muster ${group} wait ${example} --appears-within 1m --timeout 2h --json | jq .data`,
    ],
  });
  return waitOptions(command).action(
    withMuster<WaitOptions>(terminal, async (session, [id = ''], options) => {
      const wait = (signal: AbortSignal): Promise<End> =>
        waiting(roster.of(session.muster), id, waitFields(options, signal));
      showEnd(session, await interruptible(terminal, wait));
    }),
  );
}

const waiting = (
  rosters: Muster['syncPoints'] | Muster['trackers'],
  id: string,
  fields: ReturnType<typeof waitFields>,
): Promise<End> => rosters.wait(id, fields);
