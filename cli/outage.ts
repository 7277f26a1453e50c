import type { Logger } from '@muster/client';
import { oneLine } from './text';

/**
 * Says why Muster doesn't answer, once for each outage, and when it answers again. A single lost attempt is not worth a
 * word.
 *
 * @param write takes a line with its end
 */
export function outageLogger(write: (line: string) => void): Logger {
  let isAway = false;
  return {
    warn: (_message, { attempts, reason }) => {
      if (isAway || attempts === 1) return;
      isAway = true;
      write(`muster: ${oneLine(String(reason))} Still trying.\n`);
    },
    debug: () => {
      if (isAway) write('muster: Muster answers again.\n');
      isAway = false;
    },
  };
}
