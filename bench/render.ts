/**
 * From results to `docs/performance.md`: the text between the markers of each part is replaced, the rest is written by
 * hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { DESIGNS } from './parts/alternatives';
import { SDK_ALONE } from './parts/cold-start';
import { OPERATIONS } from './parts/units';
import { plotHerd, plotWriteUnits } from './plots';
import type { Circumstances, Figures, Part, Results } from './results';
import type { Spread } from './statistics';

const DOCUMENT = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const plotFile = (name: string): string => fileURLToPath(new URL(`../docs/${name}.svg`, import.meta.url));

type Row = readonly (string | number)[];

const table = (head: Row, rows: readonly Row[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const count = (value: number): string => value.toLocaleString('en-US');

/** Median and, in brackets, lowest to highest. */
const spread = ({ median, lowest, highest, runs }: Spread): string =>
  runs === 1 || lowest === highest ? count(median) : `${count(median)} (${count(lowest)}–${count(highest)})`;

const renderers: { readonly [Name in Part]: (figures: Figures[Name]) => string } = {
  units: (sizes) =>
    [
      table(
        ['operation', ...sizes.map(({ participants }) => `${count(participants)} participants`)],
        OPERATIONS.map((operation) => [
          operation,
          ...sizes.map(({ operations }) => {
            const { requests, writeUnits, readUnits } = operations[operation];
            return `${count(requests)} / ${count(writeUnits)} / ${count(readUnits)}`;
          }),
        ]),
      ),
      'Afterwards, per participant of a whole sync point without data (created, all arrived):',
      table(
        ['by', ...sizes.map(({ participants }) => `${count(participants)} participants`)],
        (['dispatcher', 'inbox'] as const).map((by) => [
          by,
          ...sizes.map(({ afterwards }) => {
            const { requests, writeUnits, readUnits } = afterwards[by];
            return `${count(requests)} / ${count(writeUnits)} / ${count(readUnits)}`;
          }),
        ]),
      ),
    ].join('\n\n'),
  arrivals: (results) =>
    table(
      ['store', 'participants', 'way', 'arrivals/s', 'ratio', 'CPU ms each', 'CPU ratio', 'median ms', '99 % ms'],
      results.flatMap(({ store, participants, ways }) =>
        Object.entries(ways).map(([way, figures]) => [
          store,
          count(participants),
          { sdk: 'bare request', handler: 'handler in process', http: 'laptop stack over HTTP' }[way] ?? way,
          spread(figures.perSecond),
          spread(figures.throughputRatio),
          // The client's own would say nothing of the stack.
          way === 'http' ? '–' : spread(figures.cpuMs),
          way === 'http' ? '–' : spread(figures.cpuRatio),
          spread(figures.latencyMedianMs),
          spread(figures.latencyP99Ms),
        ]),
      ),
    ),
  alternatives: (results) => {
    const sizes = [...new Set(results.map(({ participants }) => participants))];
    return table(
      [
        'way of storing',
        ...sizes.flatMap((size) => [`${count(size)}: requests`, 'write units', 'arrivals/s', 'ratio']),
      ],
      DESIGNS.map((design) => [
        {
          pages: 'pages (Muster)',
          list: 'list in one item',
          set: 'set in one item',
          transaction: 'transaction of item and counter',
          counter: 'item, then counter',
        }[design],
        ...sizes.flatMap((size) => {
          const found = results.find((one) => one.design === design && one.participants === size);
          return found
            ? [
                found.requestsPerArrival,
                found.writeUnitsPerArrival,
                spread(found.perSecond),
                spread(found.throughputRatio),
              ]
            : ['–', '–', '–', '–'];
        }),
      ]),
    );
  },
  herd: (results) =>
    table(
      [
        'participants',
        'connections',
        'all arrived, ms',
        'last inbox holds the ending, ms',
        'inboxes looked into',
        'runs',
      ],
      results.map((herd) => [
        count(herd.participants),
        herd.connections,
        spread(herd.allArrivedMs),
        spread(herd.allToldMs),
        count(herd.inboxesLookedInto),
        herd.allToldMs.runs,
      ]),
    ),
  longPoll: (results) =>
    table(
      ['store', 'waiters', 'median of them, ms', 'the last of them, ms', 'runs'],
      results.map(({ store, waiters, medianMs, lastMs }) => [
        store,
        waiters,
        spread(medianMs),
        spread(lastMs),
        lastMs.runs,
      ]),
    ),
  inbox: (results) =>
    table(
      ['since the message was sent', 'median, ms', '90 %, ms', 'longest, ms', 'messages'],
      results.map(({ stage, medianMs, p90Ms, highestMs, messages }) => [stage, medianMs, p90Ms, highestMs, messages]),
    ),
  presence: (results) =>
    table(
      ['agents', 'check-ins', 'write units each', 'requests each', 'dispatched', 'schedules set', 'CPU ms each'],
      results.map((one) => [
        count(one.agents),
        `${count(one.checkIns)}: every ${one.everySeconds} s for ${one.minutes} min, \`ttlSeconds\` ${one.ttlSeconds}`,
        one.writeUnitsEach,
        one.requestsEach,
        count(one.dispatched),
        count(one.schedulesSet),
        one.cpuMsEach,
      ]),
    ),
  coldStart: (results) =>
    table(
      ['function', 'KiB', 'gzipped', 'import, ms', 'ratio', 'CPU, ms', 'CPU ratio'],
      results.map((start) => [
        start.name === SDK_ALONE ? SDK_ALONE : `\`${start.name}\``,
        start.bundleKib,
        start.gzippedKib,
        spread(start.importMs),
        start.importRatio,
        spread(start.cpuMs),
        start.cpuRatio,
      ]),
    ),
  mcp: ({ listBytes, tools }) =>
    [
      table(
        ['tool', 'requests', 'read units', 'write units', 'CPU ms'],
        tools.map(({ name, ...one }) => [`\`${name}\``, one.requests, one.readUnits, one.writeUnits, one.cpuMs]),
      ),
      `The result of \`tools/list\` has ${count(listBytes)} bytes.`,
    ].join('\n\n'),
  servers: ({ measured, setUp, skipped }) =>
    [
      table(
        ['server', 'participants', 'barrier, ms', 'by that of Muster', 'runs'],
        measured.map((one) => [
          one.server,
          one.participants,
          spread(one.barrierMs),
          one.ratioToMuster,
          one.barrierMs.runs,
        ]),
      ),
      table(
        ['server', 'version', 'how'],
        setUp.map(({ server, version, recipe }) => [server, version, recipe]),
      ),
      ...skipped.map((reason) => `Left out: ${reason}.`),
    ].join('\n\n'),
  storeGrowth: (results) =>
    table(
      ['store', 'changes in between', 'writes/s at first', 'afterwards', 'ratio', 'median ms at first', 'afterwards'],
      results.map(({ store, changes, first, afterwards }) => [
        store,
        count(changes),
        count(first.perSecond),
        count(afterwards.perSecond),
        (afterwards.perSecond / first.perSecond).toFixed(2),
        first.medianMs,
        afterwards.medianMs,
      ]),
    ),
  console: ({ scriptKib, paintedMs, busy, requestsPerMinute }) =>
    [
      table(
        ['measure', 'result'],
        [
          ['script that `/` loads, gzipped', `${scriptKib} KiB`],
          [`largest contentful paint, ms, ${paintedMs.runs} fresh contexts`, spread(paintedMs)],
          ['longest task, ms', busy.longestTaskMs],
          ['tasks of more than 50 ms', busy.longTasks],
          ['frames a second', busy.framesPerSecond],
          ['longest frame, ms', busy.longestFrameMs],
          ['requests a minute, nothing happens', requestsPerMinute.idle],
          ['requests a minute, an event each second', requestsPerMinute.busy],
        ],
      ),
      `Tasks and frames: ${busy.updatesPerSecond} updates a second of ${busy.rosters} rosters, for ${busy.seconds} s.`,
    ].join('\n\n'),
};

const describe = ({ measuredAt, commit, machine, loadAverage }: Circumstances): string =>
  `_${measuredAt.slice(0, 10)}, commit ${commit}: ${machine.cores} cores (${machine.cpu}), ${machine.memoryGib} GiB, ` +
  `${machine.operatingSystem}, Node ${machine.node}, Java ${machine.java}; load average ${loadAverage} at the start._`;

/** A block of Markdown per part that has results. */
export function renderTables(results: Results): Partial<Record<Part, string>> {
  const blocks: Partial<Record<Part, string>> = {};
  for (const name of Object.keys(renderers) as Part[]) {
    const block = renderPart(name, results);
    if (block !== null) blocks[name] = block;
  }
  return blocks;
}

function renderPart<Name extends Part>(name: Name, results: Pick<Results, Name>): string | null {
  const result = results[name];
  return result ? `${describe(result.circumstances)}\n\n${renderers[name](result.figures)}` : null;
}

const blockOf = (part: string): RegExp => new RegExp(`(<!-- bench:${part} -->\n)[^]*?(<!-- /bench -->)`);

/** The document with each block filled in. @throws Error naming a part that has no place in it */
export async function renderInto(document: string, results: Results): Promise<string> {
  let text = document;
  for (const [part, block] of Object.entries(renderTables(results))) {
    if (!blockOf(part).test(text)) throw new Error(`The document has no block "bench:${part}".`);
    text = text.replace(blockOf(part), (_, start: string, end: string) => `${start}\n${block}\n\n${end}`);
  }
  return format(text, { ...(await resolveConfig(DOCUMENT)), parser: 'markdown' });
}

export async function renderDocument(results: Results): Promise<void> {
  writeFileSync(DOCUMENT, await renderInto(readFileSync(DOCUMENT, 'utf8'), results));
  if (results.alternatives) {
    writeFileSync(plotFile('performance-write-units'), plotWriteUnits(results.alternatives.figures));
  }
  if (results.herd) writeFileSync(plotFile('performance-herd'), plotHerd(results.herd.figures));
}
