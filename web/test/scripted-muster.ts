/** A client whose requests the test answers, in an order that a service can't be made to answer in. */
import { Muster } from '@muster/client';

/** undefined: 404; an `Error`: no connection. */
export type Answer = (path: string, query: URLSearchParams) => unknown;

export function scriptedMuster(answer: Answer): Muster {
  return new Muster({
    url: 'http://127.0.0.1',
    token: 'a-token',
    fetch: async (input) => {
      const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
      const body = await answer(pathname, searchParams);
      if (body instanceof Error) throw body;
      return body === undefined ? Response.json({ code: 'not_found' }, { status: 404 }) : Response.json(body);
    },
  });
}

export const pageOf = <T>(items: readonly T[] = []) => ({ items, nextCursor: null });

/** What a page has and Node hasn't, for rounds that stop while nobody looks. */
export function pretendPage(): { hide: (isHidden: boolean) => void } {
  const target = new EventTarget();
  const page = Object.assign(new EventTarget(), { hidden: false });
  Object.assign(globalThis, {
    document: page,
    addEventListener: target.addEventListener.bind(target),
    removeEventListener: target.removeEventListener.bind(target),
  });
  return {
    hide: (isHidden) => {
      page.hidden = isHidden;
      page.dispatchEvent(new Event('visibilitychange'));
    },
  };
}
