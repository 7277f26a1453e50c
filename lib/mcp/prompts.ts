/** What a person picks from a menu to start a model on. */
const COORDINATE = 'coordinate_this_job';

export const prompts = [
  {
    name: COORDINATE,
    description: 'Split a job among agents and bring their results together with Muster',
    arguments: [
      { name: 'job', description: 'What is to be done', required: true },
      { name: 'agents', description: 'Ids of the agents that take part, if they are known' },
    ],
  },
];

/** null: there is no such prompt. */
export function promptText(name: string, { job = '', agents = '' }: Readonly<Record<string, string>>): string | null {
  if (name !== COORDINATE) return null;
  return [
    `Coordinate this job with the Muster tools: ${job}`,
    '',
    '1. Call who_am_i. Split the job into parts that can be done at the same time, one role for each.',
    agents === ''
      ? '2. Call find_agents and choose an agent for each part; use ids of roles for agents that are yet to be started.'
      : `2. Give each of these agents a part: ${agents}.`,
    '3. Call create_sync_point with an id of your choice, the agents as participants and a deadline that is long enough. It needs at least two participants, so list yourself if there is one other agent, or if you do a part. For a part of many steps also call create_tracker.',
    '4. Call send_message for each agent: its part, the id of the sync point, and what its data should hold.',
    '5. Call wait_until_done until it is done, and do your own part meanwhile; if you are listed, arrive. If it stands still, call recent_events.',
    '6. If it has failed or expired, say who is missing and why; decide whether to create another one with a new id.',
    '7. Bring the results together and report them.',
  ].join('\n');
}
