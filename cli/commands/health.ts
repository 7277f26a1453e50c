import type { Command } from 'commander';
import { clientCommand, withMuster } from '../command';
import type { Terminal } from '../terminal';

export function healthCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'health',
    examples: ['muster health', 'muster health --url https://muster.example.com'],
  }).action(
    withMuster(terminal, async ({ muster, output }) => {
      output.value(await muster.health(), ({ status, version }) => `${status}, version ${version}`);
    }),
  );
}

export function whoamiCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'whoami',
    examples: ['muster whoami', 'muster whoami --json'],
  }).action(
    withMuster(terminal, async ({ muster, output }) => {
      output.value(await muster.whoAmI(), ({ id, name, role, tokenId }) =>
        output.fields([
          ['id', id],
          ['name', name],
          ['role', role],
          ['token', tokenId],
        ]),
      );
    }),
  );
}
