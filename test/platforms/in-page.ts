/** The scenario in a page of a browser: posts the report to where the page is from. */
import { play, type Surroundings } from './scenario';

const surroundings = (await (await fetch('/surroundings')).json()) as Surroundings;
const { navigator } = globalThis as unknown as { readonly navigator: { readonly userAgent: string } };
const version = /Chrome\/([\d.]+)/.exec(navigator.userAgent)?.[1] ?? navigator.userAgent;
await fetch('/report', { method: 'POST', body: JSON.stringify(await play(version, surroundings)) });
