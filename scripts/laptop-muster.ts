/** Muster on this machine, in this process: what `npm start` and `npm run demo` run. */
import { startLocalStack, type LocalStack } from '../laptop/local-stack';
import type { LocalSettings } from '../laptop/settings';
import type { Terminal } from '../laptop/terminal';
import { writeAdminToken } from '../lib/agents/admin-token';
import { withoutTokens } from '../lib/http/bearer-token';
import { assembleStack } from './assembly';

/** @throws LocalError when it can't start; the signal aborts a start in progress */
export const startMuster = (settings: LocalSettings, terminal: Terminal, signal: AbortSignal): Promise<LocalStack> =>
  startLocalStack({
    ...settings,
    synthesize: () => assembleStack(settings.stageSettings),
    admitAdmin: async (table, adminToken) => {
      await writeAdminToken(table, adminToken);
    },
    redactPath: withoutTokens,
    signal,
    warn: terminal.warn,
    debug: terminal.debug,
  });
