/** Somebody in front of a browser. */
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../test/support/chromium';
import { adminToken, consoleUrl } from './stack';

/** Until something is to be seen: after a minute, the page reads again what it may have overlooked. */
const PATIENCE_MS = 75_000;

export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What nobody should have to see: errors in the console of the browser and of the page, and foreign hosts. */
  readonly problems: string[] = [];
  /** Sent by the page, as `GET /v1/me`. */
  readonly requests: string[] = [];
  readonly #expected: RegExp[] = [];

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.problems.push(`console: ${message.text()} ${message.location().url}`);
      }
    });
    page.on('pageerror', (error) => this.problems.push(`page error: ${error.message}`));
    page.on('request', (request) => {
      const { origin, pathname, protocol } = new URL(request.url());
      this.requests.push(`${request.method()} ${pathname}`);
      const isOwn = origin === new URL(consoleUrl()).origin || protocol === 'data:' || protocol === 'blob:';
      if (!isOwn) this.problems.push(`a request to another host: ${request.url()}`);
    });
  }

  /** Problems like that are what the test is about. */
  expectProblems(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  get unexpectedProblems(): string[] {
    return this.problems.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  /** Opens an address of the console, as a link that signs in if there is a token. */
  async open(path: string, token?: string): Promise<void> {
    await this.page.goto(`${consoleUrl()}${path}${token === undefined ? '' : `#token=${token}`}`);
  }

  /** Resolves as soon as the text can be seen, in the page or in a part of it. */
  async sees(text: string | RegExp, within = 'body'): Promise<void> {
    await this.page.locator(within).getByText(text).first().waitFor();
  }
}

export interface Visits {
  /** Somebody new, with nothing kept from before. */
  readonly visitor: (options?: BrowserContextOptions) => Promise<Visitor>;
  /** Already signed in, as an admin unless there is another token. */
  readonly signedIn: (path?: string, token?: string, options?: BrowserContextOptions) => Promise<Visitor>;
}

/** One browser for the tests of a file; after each, nothing may have gone wrong unseen. */
export function visits(): Visits {
  let browser: Browser | undefined;
  let visitors: Visitor[] = [];
  beforeAll(async () => {
    // Its sandbox needs rights that containers don't give; the only pages are ours.
    browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  });
  afterEach(async () => {
    const those = visitors;
    visitors = [];
    await Promise.all(those.map(({ context }) => context.close()));
    expect(those.flatMap(({ unexpectedProblems }) => unexpectedProblems)).toEqual([]);
  });
  afterAll(() => browser?.close());

  const visitor = async (options: BrowserContextOptions = {}): Promise<Visitor> => {
    if (!browser) throw new Error('unreachable: the browser is started before the tests');
    const context = await browser.newContext(options);
    const one = new Visitor(context, await context.newPage());
    visitors.push(one);
    return one;
  };
  return {
    visitor,
    signedIn: async (path = '/', token = adminToken(), options = {}) => {
      const one = await visitor(options);
      await one.open(path, token);
      await one.page.getByRole('button', { name: 'Sign out' }).waitFor();
      return one;
    },
  };
}
