/** Every command, in one module: many small ones would take longer to load. */
import type { Command } from 'commander';
import type { Terminal } from '../terminal';

export { completionCommand } from '../completion';
export { exitCodeOfError, explain } from '../explain-error';
export { agentCommands, tokenCommands } from './agents';
export { eventsCommand } from './events';
export { healthCommand, whoamiCommand } from './health';
export { inboxCommands } from './inbox';
export { mcpCommand } from './mcp';
export { messageCommands, sendCommand } from './messages';
export { presenceCommands } from './presence';
export { loginCommand, logoutCommand, profilesCommand, useCommand } from './profiles';
export { runCommand } from './run';
export { syncPointCommands } from './sync-points';
export { trackerCommands } from './trackers';

/** Apart from the others: they bring the AWS SDK. */
export const adminCommands = async (terminal: Terminal): Promise<readonly Command[]> =>
  (await import('../admin/commands')).adminCommands(terminal);
