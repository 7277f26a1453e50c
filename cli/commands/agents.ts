import type { AgentEntry } from '@muster/client';
import type { Command } from 'commander';
import { clientCommand, listing, withMuster } from '../command';
import { UsageError } from '../errors';
import { given } from '../given';
import type { Column, Output } from '../output';
import type { Terminal } from '../terminal';
import { relative } from '../text';
import { nameOr, readJsonObject } from '../values';

export const agentCommands = (terminal: Terminal): readonly Command[] => [
  listCommand(terminal),
  showCommand(terminal),
  registerCommand(terminal),
  updateCommand(terminal),
  deactivateCommand(terminal),
  reactivateCommand(terminal),
];

export const tokenCommands = (terminal: Terminal): readonly Command[] => [
  listTokensCommand(terminal),
  createTokenCommand(terminal),
  revokeTokenCommand(terminal),
];

const presenceOf = ({ active, presence }: AgentEntry): string => (active ? (presence?.status ?? '-') : 'deactivated');

const columns = (nowMs: number): readonly Column<AgentEntry>[] => [
  { title: 'id', of: ({ id }) => id },
  { title: 'name', of: ({ name }) => name },
  {
    title: 'presence',
    of: presenceOf,
    style: ({ presence }) => (presence?.status === 'lost' ? 'red' : undefined),
  },
  { title: 'since', of: ({ presence }) => relative(presence?.since, nowMs) },
];

const listCommand = (terminal: Terminal): Command =>
  listing(
    terminal,
    {
      usage: 'list',
      summary: 'List agents: all for admins, otherwise the active ones',
      examples: ['muster agents list', 'muster agents list --limit all --ndjson | jq -r .id'],
    },
    columns,
    ({ agents }) => agents.list(),
  ).alias('ls');

function showCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'show <agent>',
    summary: 'Show one agent',
    examples: ['muster agents show builder'],
  })
    .alias('get')
    .action(
      withMuster(terminal, async ({ muster, output }, [id = '']) => {
        output.value(await muster.agents.get(id), (agent) => describe(agent, output, terminal.now()));
      }),
    );
}

function describe(agent: AgentEntry, output: Output, nowMs: number): string {
  return output.fields([
    ['id', agent.id],
    ['name', agent.name],
    ['role', agent.role],
    ['presence', presenceOf(agent)],
    ['expires', agent.presence?.expiresAt && relative(agent.presence.expiresAt, nowMs)],
    ['created', agent.createdAt && relative(agent.createdAt, nowMs)],
    ['deactivated', agent.deactivatedAt && relative(agent.deactivatedAt, nowMs)],
    ['tokens', agent.tokens?.map(({ id }) => id).join(', ')],
    ['metadata', agent.metadata && JSON.stringify(agent.metadata)],
  ]);
}

/** Alone on standard output, so that it can be kept from there. */
function showToken(output: Output, made: { readonly token: string }, sentence: string): void {
  if (output.isText) output.say(`${sentence} is shown only once:`);
  output.value(made, ({ token }) => token);
}

function registerCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'register [id]',
    summary: 'Register an agent and print its token, for admins',
    more: 'Standard output has the token and nothing else. Without an id, Muster makes one.',
    examples: [
      'muster agents register builder',
      'muster agents register builder --name "Builder of images" > builder.token',
      'MUSTER_TOKEN=$(muster agents register tester --laptop)',
    ],
  })
    .option('--name <name>', 'for people (default: the id)')
    .option('--metadata <json>', 'a JSON object, @FILE, or - for standard input')
    .action(
      withMuster<{ readonly name?: string; readonly metadata?: string }>(
        terminal,
        async ({ muster, output }, [id], options) => {
          const name = nameOr(id, options.name);
          const metadata = await readJsonObject(terminal, '--metadata', options.metadata);
          const registered = await muster.agents.register(given({ id, name, metadata }));
          showToken(output, registered, `Registered ${registered.agent.id}. Its token`);
        },
      ),
    );
}

function updateCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'update <agent>',
    summary: 'Change the name or the metadata, for the agent itself and for admins',
    examples: [
      'muster agents update builder --name "Builder of images"',
      `muster agents update builder --metadata '{"region":"eu-west-1"}'`,
    ],
  })
    .option('--name <name>', 'for people')
    .option('--metadata <json>', 'a JSON object, @FILE, or - for standard input; null takes it away')
    .action(
      withMuster<{ readonly name?: string; readonly metadata?: string }>(
        terminal,
        async ({ muster, output }, [id = ''], options) => {
          if (options.name === undefined && options.metadata === undefined) {
            throw new UsageError('--name or --metadata is required.');
          }
          const metadata =
            options.metadata === 'null' ? null : await readJsonObject(terminal, '--metadata', options.metadata);
          const agent = await muster.agents.update(id, given({ name: options.name, metadata }));
          output.value(agent, () => describe(agent, output, terminal.now()));
        },
      ),
    );
}

function deactivateCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'deactivate <agent>',
    summary: 'Deactivate an agent and revoke its tokens, for admins',
    examples: ['muster agents deactivate builder'],
    output: 'none',
  }).action(
    withMuster(terminal, async ({ muster, output }, [id = '']) => {
      await muster.agents.deactivate(id);
      output.say(`Deactivated ${id}.`);
    }),
  );
}

function reactivateCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'reactivate <agent>',
    summary: 'Make a deactivated agent active again and print its new token, for admins',
    examples: ['muster agents reactivate builder > builder.token'],
  }).action(
    withMuster(terminal, async ({ muster, output }, [id = '']) => {
      showToken(output, await muster.agents.reactivate(id), `Reactivated ${id}. Its token`);
    }),
  );
}

function listTokensCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'list <agent>',
    summary: 'List the ids of the tokens, for the agent itself and for admins',
    examples: ['muster tokens list builder'],
    output: 'list',
  })
    .alias('ls')
    .action(
      withMuster<{ readonly limit: number }>(terminal, async ({ muster, output }, [id = ''], { limit }) => {
        const { tokens = [] } = await muster.agents.get(id);
        const tokenColumns: readonly Column<{ readonly id: string; readonly createdAt: string }>[] = [
          { title: 'id', of: (token) => token.id },
          { title: 'created', of: ({ createdAt }) => relative(createdAt, terminal.now()) },
        ];
        await output.list(tokens, tokenColumns, limit);
      }),
    );
}

function createTokenCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'create <agent>',
    summary: 'Make one more token and print it, for the agent itself and for admins',
    more: 'Standard output has the token and nothing else.',
    examples: ['muster tokens create builder > builder.token'],
  }).action(
    withMuster(terminal, async ({ muster, output }, [id = '']) => {
      const created = await muster.tokens.create(id);
      showToken(output, created, `Created ${created.tokenId} of ${id}. It`);
    }),
  );
}

function revokeTokenCommand(terminal: Terminal): Command {
  return clientCommand({
    usage: 'revoke <agent> <token-id>',
    summary: 'Revoke a token; it may be accepted for 5 seconds more',
    examples: ['muster tokens revoke builder 0190c5d4'],
    output: 'none',
  }).action(
    withMuster(terminal, async ({ muster, output }, [id = '', tokenId = '']) => {
      await muster.tokens.revoke(id, tokenId);
      output.say(`Revoked ${tokenId} of ${id}.`);
    }),
  );
}
