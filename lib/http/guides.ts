/** Pages of `docs/` that the service serves as Markdown under `/guides`, with what each is for. */
export const GUIDES = {
  'walk.md': 'a walk through the API with curl: agents, sync points, inboxes, deadlines, the event log',
  'patterns.md': 'ways to coordinate, and what to look out for',
  'events.md': 'every event and message, with examples',
  'errors.md': 'every error code, when it occurs and what to do',
  'mcp.md': 'the tools for models, and how clients are set up',
  'client.md': 'the TypeScript client',
  'cli.md': 'the command line',
  'console.md': 'the page for people that watches the agents',
} as const;
