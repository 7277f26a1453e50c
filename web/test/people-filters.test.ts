import { describe, expect, test } from '@jest/globals';
import type { AgentEntry, Event } from '@muster/client';
import { activityUrl, filterEvents, readActivityFilter } from '../src/views/activity-filter';
import { agentsUrl, filterAgents, readAgentFilter } from '../src/views/agents-filter';

const agent = (id: string, state: 'present' | 'lost' | 'away' | 'deactivated'): AgentEntry => ({
  id,
  name: `Agent ${id}`,
  role: 'agent',
  active: state !== 'deactivated',
  presence:
    state === 'present' || state === 'lost'
      ? { status: state, ttlSeconds: 60, since: '2026-01-01T00:00:00.000Z', expiresAt: null, lostAt: null }
      : null,
});

describe('agents', () => {
  const agents = [agent('a', 'away'), agent('b', 'deactivated'), agent('c', 'present'), agent('d', 'lost')];
  const shownBy = (address: Record<string, string>): string[] =>
    filterAgents(agents, readAgentFilter(address)).map(({ id }) => id);

  test.each([
    [{}, ['d', 'c', 'a', 'b']],
    [{ show: 'lost' }, ['d']],
    [{ show: 'away' }, ['a']],
    [{ show: 'deactivated' }, ['b']],
    [{ show: 'nonsense' }, ['d', 'c', 'a', 'b']],
    [{ q: ' AGENT C ' }, ['c']],
    [{ q: 'c', show: 'lost' }, []],
  ])('of %j', (address, ids) => {
    expect(shownBy(address)).toEqual(ids);
  });

  test('the address of a filter shows the same to someone else', () => {
    const filter = { search: 'a & b', show: 'lost' } as const;
    const { searchParams } = new URL(agentsUrl(filter), 'http://localhost');
    expect(readAgentFilter(Object.fromEntries(searchParams))).toEqual(filter);
    expect(agentsUrl({ search: '', show: 'all' })).toBe('/agents');
  });
});

const event = (type: Event['type'], relatedId: string, agentId: string, details = {}): Event => ({
  id: `${type} ${relatedId}`,
  type,
  relatedId,
  agentId,
  timestamp: '2026-01-01T00:00:00.000Z',
  details,
});

describe('activity', () => {
  const events = [
    event('AGENT_ARRIVED', 'release', 'builder'),
    event('AGENT_LOST', 'builder', 'system'),
    event('PROGRESS_UPDATED', 'import', 'scout', { step: 3 }),
    event('SYNC_POINT_FAILED', 'gate', 'system', { reason: 'No disk' }),
  ];
  const shownBy = (address: Record<string, string>): string[] =>
    filterEvents(events, readActivityFilter(address), new Map([['release', 'Release 1.4']])).map(({ type }) => type);

  test.each([
    [{}, ['AGENT_ARRIVED', 'AGENT_LOST', 'PROGRESS_UPDATED', 'SYNC_POINT_FAILED']],
    [{ show: 'arrivals' }, ['AGENT_ARRIVED']],
    [{ show: 'endings' }, ['SYNC_POINT_FAILED']],
    [{ agent: 'builder' }, ['AGENT_ARRIVED', 'AGENT_LOST']],
    [{ agent: 'build' }, []],
    [{ agent: 'builder', show: 'agents' }, ['AGENT_LOST']],
    [{ q: 'release 1' }, ['AGENT_ARRIVED']],
    [{ q: 'no disk' }, ['SYNC_POINT_FAILED']],
  ])('of %j', (address, types) => {
    expect(shownBy(address)).toEqual(types);
  });

  test('the address of a filter shows the same to someone else', () => {
    const filter = { group: 'endings', agent: 'a:1', search: 'x=y' } as const;
    const { searchParams } = new URL(activityUrl(filter), 'http://localhost');
    expect(readActivityFilter(Object.fromEntries(searchParams))).toEqual(filter);
  });
});
