import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { describedSettings } from './stages';
import { writeOrCheck } from './write-or-check';

/** `npm run settings`: writes the table of settings in docs/operations.md, between two comments. */
const FILE = 'docs/operations.md';
const BETWEEN_MARKERS =
  /(?<=<!-- Settings: made from infra\/stages\.ts by `npm run settings`\. -->\n)[^]*(?=<!-- End of settings\. -->\n)/;

const rows = describedSettings.map(
  ({ name, description = '', dev = 'none', prod = 'none' }) => `| \`${name}\` | ${description} | ${dev} | ${prod} |`,
);
const table = ['| setting | is | dev | prod |', '| --- | --- | --- | --- |', ...rows].join('\n');

const page = readFileSync(FILE, 'utf8');
if (!BETWEEN_MARKERS.test(page)) throw new Error(`${FILE} lacks the comments around its table of settings.`);
const made = `\n${await format(table, { parser: 'markdown' })}\n`;
const text = page.replace(BETWEEN_MARKERS, () => made);
writeOrCheck(FILE, text, 'settings');
