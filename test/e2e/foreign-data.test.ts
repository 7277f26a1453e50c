/** Ids and cursors made to reach what is another's: they are refused, or lead about in what is the caller's own. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Callers, makeCallers } from '../support/abuse-world';
import {
  type Answer,
  eventsUpTo,
  expectProblem,
  freshId,
  type HttpClient,
  IN_FLIGHT,
  inFlight,
  type ListPage,
  pollUntil,
} from '../support/http-client';
import { operations } from '../support/openapi';

/** In everything of the victims, and nowhere else. */
const SECRET = freshId('secret');

/** A creator and a participant with two of everything, and a lone agent with two of its own of everything. */
let victims: Callers;
let loner: Callers;
let victim: Owned;
let own: Owned;

interface Owned {
  readonly points: readonly string[];
  readonly trackers: readonly string[];
  readonly messages: readonly string[];
  readonly agentIds: readonly string[];
}

beforeAll(async () => {
  [victims, loner] = await Promise.all([makeCallers(), makeCallers()]);
  [victim, own] = await Promise.all([fill(victims, SECRET), fill(loner, 'own')]);
});

/** Two of each, so that every list has a second page, with the word in all that an agent can write. */
async function fill({ creator, participant }: Callers, word: string): Promise<Owned> {
  const participants = [participant.id, creator.id];
  const said = { name: word, description: word, metadata: { word }, participants };
  const twice = async (make: () => Promise<Answer<{ id: string }>>): Promise<string[]> =>
    (await Promise.all([make(), make()])).map(({ body }) => body.id);
  const points = await twice(() => creator.post('/v1/sync-points', said));
  const trackers = await twice(() => creator.post('/v1/progress-trackers', { ...said, totalSteps: 9 }));
  const messages = await twice(() =>
    creator.post('/v1/messages', {
      recipients: participants,
      content: { type: word, word },
      requiresAcknowledgment: true,
    }),
  );
  for (const point of points) {
    for (const agent of [creator, participant]) await agent.post(`/v1/sync-points/${point}/arrivals`, { data: word });
    await eventsUpTo(creator, `/v1/sync-points/${point}`, 'SYNC_POINT_COMPLETED');
  }
  for (const tracker of trackers) {
    for (const agent of [creator, participant]) {
      await agent.post(`/v1/progress-trackers/${tracker}/progress`, { step: 1, data: word });
    }
    await eventsUpTo(creator, `/v1/progress-trackers/${tracker}`, 'PROGRESS_UPDATED');
  }
  for (const agent of [creator, participant]) {
    await pollUntil(
      () => agent.get<ListPage<unknown>>(`/v1/inbox?type=${word}`),
      ({ body }) => body.items.length === 2,
    );
    for (const kind of ['sync-points', 'progress-trackers']) {
      await pollUntil(
        () => agent.get<ListPage<unknown>>(`/v1/${kind}`),
        ({ body }) => body.items.length === 2,
      );
    }
  }
  return { points, trackers, messages, agentIds: participants };
}

const oneOfEach = ({ points, trackers, messages, agentIds }: Owned): string[] =>
  [points, trackers, messages, agentIds].map(([id = '']) => id);

/** Everything that only the victims may see. */
const traces = (): string[] => [SECRET, ...victim.points, ...victim.trackers, ...victim.messages, ...victim.agentIds];

/** What was asked for may be named in the answer. */
function expectNothingForeign({ text, path, method }: Answer<unknown>, asked = ''): void {
  const told = traces().filter((trace) => !asked.includes(trace) && text.includes(trace));
  expect({ request: `${method} ${path}`, told }).toEqual({ request: `${method} ${path}`, told: [] });
}

describe('cursors', () => {
  /** Of one owner, as the loner may read them, or the victim may. */
  const listsOf = ({ points, trackers }: Owned): string[] => [
    '/v1/sync-points',
    '/v1/progress-trackers',
    '/v1/inbox',
    ...points
      .slice(1)
      .flatMap((id) => ['arrivals', 'participants', 'events'].map((list) => `/v1/sync-points/${id}/${list}`)),
    ...trackers
      .slice(1)
      .flatMap((id) => ['reports', 'participants', 'events'].map((list) => `/v1/progress-trackers/${id}/${list}`)),
  ];
  const cursorOf = async (client: HttpClient, path: string): Promise<string> => {
    const page = await client.get<ListPage<unknown>>(`${path}?limit=1`);
    expect([path, page.status, page.body.nextCursor]).toEqual([path, 200, expect.any(String)]);
    return page.body.nextCursor ?? '';
  };
  const cursorsOf = async (client: HttpClient, owned: Owned): Promise<Map<string, string>> => {
    const lists = listsOf(owned);
    const cursors = await Promise.all(lists.map((path) => cursorOf(client, path)));
    return new Map(lists.map((path, index) => [path, cursors[index] ?? '']));
  };

  test('of a list are refused by every other list, one’s own or another’s', async () => {
    const ofVictim = await cursorsOf(victims.creator, victim);
    const ofOwn = await cursorsOf(loner.creator, own);
    for (const path of ofOwn.keys()) {
      for (const [other, cursor] of [...ofOwn, ...ofVictim]) {
        if (other === path && cursor === ofOwn.get(path)) continue;
        const answer = await loner.creator.get(`${path}?cursor=${cursor}`);
        expectProblem(answer, 422, 'request.invalid', '#/cursor');
        expectNothingForeign(answer);
      }
    }
  });

  test('of a list of the same name, but another agent’s, are refused', async () => {
    for (const path of ['/v1/sync-points', '/v1/progress-trackers', '/v1/inbox']) {
      const cursor = await cursorOf(loner.participant, path);
      expectProblem(await loner.creator.get(`${path}?cursor=${cursor}`), 422, 'request.invalid', '#/cursor');
    }
  });

  test('with a position of one’s own making move about in the own list, or are refused', async () => {
    const foreign = oneOfEach(victim);
    const positions: unknown[] = [
      ...foreign.flatMap((id) => [
        id,
        `SP#${id}`,
        `PT#${id}`,
        `INBOX#${id}`,
        `EVENTS#SP#${id}`,
        `AGENT#${id}`,
        `MESSAGE#0000000000000#${id}`,
      ]),
      ...[
        'SP#',
        'PT#',
        'MESSAGE#',
        'EVENT#',
        'HEADER',
        'PAGE#00',
        'TOKEN',
        '#',
        '\u0000',
        '\ud800',
        '\uffff',
        '',
        ' ',
        '0',
      ],
      ...['SP#', 'PT#', 'MESSAGE#', 'EVENT#'].flatMap((prefix) =>
        [0, 9].map((digit) => `${prefix}${String(digit).repeat(13)}#`),
      ),
      ...['SP#', 'PT#', 'MESSAGE#', 'EVENT#'].flatMap((prefix) => [
        `${prefix}${'x'.repeat(1_400)}`,
        `${prefix}\ud800`,
        `${prefix}\u0000`,
      ]),
      ...[1, null, true, ['SP#'], { pk: `INBOX#${victims.participant.id}`, sk: 'MESSAGE#' }],
    ];
    for (const [path, cursor] of await cursorsOf(loner.creator, own)) {
      const [scope] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string, string];
      await inFlight(IN_FLIGHT, positions, async (position) => {
        const forged = Buffer.from(JSON.stringify([scope, position])).toString('base64url');
        const answer = await loner.creator.get<ListPage<unknown>>(`${path}?cursor=${forged}`);
        if (answer.status !== 200) expectProblem(answer, 422, 'request.invalid', '#/cursor');
        expectNothingForeign(answer);
      });
    }
  });

  test('with a character changed are refused, or move about in the own list', async () => {
    for (const [path, cursor] of await cursorsOf(loner.creator, own)) {
      for (let at = 0; at < cursor.length; at += 5) {
        const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
        const answer = await loner.creator.get(`${path}?cursor=${changed}`);
        if (answer.status !== 200) expectProblem(answer, 422, 'request.invalid', '#/cursor');
        expectNothingForeign(answer);
      }
    }
  });
});

describe('ids', () => {
  const withId = operations.filter(({ path }) => path.includes('{'));

  test.each(withId.map((operation) => [operation.id, operation] as const))(
    '%s takes none that is put together from a key of the table',
    async (name, { method, path }) => {
      const crafted = oneOfEach(victim).flatMap((id) => [
        id,
        `SP#${id}`,
        `PT#${id}`,
        `${id}#00`,
        `${id}#DATA#${victims.participant.id}`,
        `${id}%23`,
        `${id}/`,
        `${id}/../${id}`,
        `../${id}`,
        `x/../${id}`,
        `${id}\u0000`,
        ` ${id}`,
        `${id}?x`,
        `${id};x`,
        `["${id}"]`,
      ]);
      const odd = [
        '__proto__',
        'constructor',
        'prototype',
        'toString',
        'null',
        'undefined',
        '*',
        '%',
        '_',
        '-',
        '0',
        'HEADER',
      ];
      await inFlight(IN_FLIGHT, [...crafted, ...odd], async (id) => {
        const filled = path.replace(/\{\w+\}/g, encodeURIComponent(id));
        const body =
          method === 'PATCH'
            ? { deadline: '2999-01-01T00:00:00Z', name: 'taken' }
            : path.endsWith('/excuses')
              ? { agentId: victims.participant.id }
              : {};
        const answer = await loner.creator.send(
          method,
          filled,
          method === 'GET' || method === 'DELETE' ? {} : { body },
        );
        expectNothingForeign(answer, id);
        // The directory shows every agent in short.
        const isListed = name === 'getAgent' && victim.agentIds.includes(id);
        expect(isListed ? [200] : [404, 405, 422]).toContain(answer.status);
      });
    },
  );

  test('of others in a body or a query make nothing one’s own', async () => {
    const { creator } = loner;
    for (const [kind, ids] of [
      ['sync-points', victim.points],
      ['progress-trackers', victim.trackers],
    ] as const) {
      for (const id of ids) {
        const body = {
          id,
          name: 'mine',
          participants: [creator.id, 'x'],
          ...(kind === 'progress-trackers' && { totalSteps: 1 }),
        };
        const code = kind === 'sync-points' ? 'sync-point.exists' : 'progress-tracker.exists';
        const taken = await creator.post(`/v1/${kind}`, body);
        expectProblem(taken, 409, code);
        expectNothingForeign(taken, id);
      }
    }
    for (const id of victim.agentIds) {
      for (const list of ['/v1/sync-points', '/v1/progress-trackers']) {
        const answer = await creator.get(`${list}?agentId=${id}`);
        expectProblem(answer, 403, 'auth.forbidden');
        expectNothingForeign(answer, id);
      }
      expectProblem(await creator.get(`/v1/events?relatedId=${id}`), 403, 'auth.forbidden');
    }
  });

  test('after all of that the victims’ things are as they were', async () => {
    const { creator } = victims;
    for (const id of victim.points) {
      expect((await creator.get(`/v1/sync-points/${id}`)).body).toMatchObject({ name: SECRET, status: 'completed' });
    }
    for (const id of victim.trackers) {
      expect((await creator.get(`/v1/progress-trackers/${id}`)).body).toMatchObject({
        name: SECRET,
        status: 'active',
        currentStep: 1,
      });
    }
    for (const id of victim.messages) {
      const { body } = await creator.get<{ recipients: { acknowledgedAt: unknown }[] }>(`/v1/messages/${id}`);
      expect(body.recipients.map(({ acknowledgedAt }) => acknowledgedAt)).toEqual([null, null]);
    }
    for (const agent of [victims.creator, victims.participant]) expect((await agent.get('/v1/me')).status).toBe(200);
  });
});
