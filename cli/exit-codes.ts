/** What a command ends with: by the outcome, so that a script can branch without reading text. */
export const EXIT = {
  done: 0,
  error: 1,
  usage: 2,
  expired: 3,
  cancelled: 4,
  failed: 5,
  notFound: 6,
  timeLimit: 124,
  interrupted: 130,
  terminated: 143,
} as const;

/** For `muster --help`. */
export const EXIT_CODES_HELP = `
Exit codes:
  0    done; with wait: completed
  1    an error
  2    wrong use
  3    the sync point or tracker has expired
  4    it was cancelled
  5    it failed
  6    not found, or not allowed (no or wrong token included)
  124  the command's own time limit has passed (--timeout)
  130  interrupted (143 when terminated)`;

export type Status = 'waiting' | 'active' | 'completed' | 'failed' | 'expired' | 'cancelled';

export function exitCodeOfStatus(status: Status): number {
  switch (status) {
    case 'failed':
      return EXIT.failed;
    case 'expired':
      return EXIT.expired;
    case 'cancelled':
      return EXIT.cancelled;
    case 'waiting':
    case 'active':
    case 'completed':
      return EXIT.done;
  }
}
