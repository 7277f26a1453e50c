/** `mcp`: the tools for language models over standard input and output. */
import type { Command } from 'commander';
import { clientCommand, interruptible, withMuster } from '../command';
import { serveLines } from '../mcp/proxy';
import { outageLogger } from '../outage';
import type { Terminal } from '../terminal';

export function mcpCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'mcp',
    more: `A client of the Model Context Protocol starts it and speaks with it over standard input and output, one
message per line. Each message goes to POST /mcp of Muster. It ends when its input does. docs/mcp.md has the lines for
the usual clients.`,
    examples: [
      'muster mcp --profile builder',
      'claude mcp add muster -- node /opt/muster/cli/muster.mjs mcp --profile builder',
    ],
    output: 'none',
  }).action(
    withMuster(terminal, async ({ env }) => {
      const { MUSTER_URL: url = '', MUSTER_TOKEN: token } = env;
      const endpoint = {
        url: `${url.replace(/\/+$/, '')}/mcp`,
        token,
        fetch: terminal.fetch,
        sleep: terminal.sleep,
        logger: outageLogger(terminal.err),
      };
      await interruptible(terminal, (signal) => serveLines({ terminal, endpoint, signal }));
    }),
  );
}
