/** Colours and weights of text on a terminal. */
import type { Status } from './exit-codes';

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** SGR parameters of ECMA-48. */
const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export function styled(text: string, style: Style | undefined): string {
  if (style === undefined) return text;
  const [on, off] = CODES[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

const STATUS_STYLES: Readonly<Record<Status, Style>> = {
  waiting: 'cyan',
  active: 'cyan',
  completed: 'green',
  failed: 'red',
  expired: 'red',
  cancelled: 'yellow',
};

export const statusStyle = (status: Status): Style => STATUS_STYLES[status];
