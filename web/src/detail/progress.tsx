import type { ProgressTracker } from '@muster/client';
import { useMemo, useState } from 'preact/hooks';
import { now } from '../live/clock';
import { MOST_EVENTS } from '../live/log';
import { lazily } from '../parts/lazily';
import { Loading, Notice } from '../parts/notice';
import { countText, durationText } from '../text';
import {
  alignedOf,
  type Choice,
  CHOICES,
  chosenOf,
  MOST_SERIES,
  type Progressions,
  progressionsOf,
  stepAt,
} from './progress-data';
import { isOpen, useDetail } from './use-detail';

const ProgressChart = lazily(() => import('./progress-chart').then(({ default: chart }) => chart));

/** The lines go on to now in steps, so that the chart isn't drawn every second. */
const STEP_MS = 5_000;

/** Who was how far when: as a chart, and as a table for those who can't see it. */
export function ProgressOverTime({ view }: { readonly view: ProgressTracker }) {
  const log = useDetail().detail.log.all;
  const events = log.items.value;
  const progressions = progressionsOf(events);
  const [choice, setChoice] = useState<Choice>('behind');
  const [search, setSearch] = useState('');
  const nowMs = isOpen(view) ? Math.ceil(now.value / STEP_MS) * STEP_MS : Date.parse(view.endedAt ?? view.createdAt);
  const agentIds = useMemo(() => {
    const ids = chosenOf(progressions, choice, search);
    // Where all fit, a line keeps its colour whoever is ahead.
    return progressions.size <= MOST_SERIES ? ids.sort() : ids;
  }, [progressions, choice, search]);
  const aligned = useMemo(() => alignedOf(progressions, agentIds, nowMs), [progressions, agentIds, nowMs]);
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>Progress over time</h2>
        {progressions.size > MOST_SERIES && (
          <div class="chart-choice">
            <select
              aria-label="Which participants"
              value={choice}
              onChange={({ currentTarget }) => {
                setChoice(currentTarget.value as Choice);
              }}
            >
              {Object.entries(CHOICES).map(([each, text]) => (
                <option key={each} value={each}>
                  {text}
                </option>
              ))}
            </select>
            <input
              type="search"
              aria-label="Id of a participant"
              placeholder="Id"
              value={search}
              onInput={({ currentTarget }) => {
                setSearch(currentTarget.value);
              }}
            />
          </div>
        )}
      </div>
      {!log.isRead.value ? (
        <Loading what="the reports" />
      ) : agentIds.length === 0 ? (
        <Notice title={search === '' ? 'Nobody has reported yet.' : 'Nobody with this id has reported.'} />
      ) : (
        <>
          <ProgressChart
            agentIds={agentIds}
            aligned={aligned}
            totalSteps={view.totalSteps}
            overallBy={view.participants.includes(view.createdBy) ? null : view.createdBy}
          />
          {progressions.size > agentIds.length && (
            <p class="muted">
              {countText(agentIds.length)} of the {countText(progressions.size)} that have reported are drawn.
            </p>
          )}
          {log.hasMore.value && (
            <p class="muted">
              More was reported than is read here: this shows the first {countText(MOST_EVENTS)} events.
            </p>
          )}
          <AsTable view={view} progressions={progressions} agentIds={agentIds} endMs={nowMs} />
        </>
      )}
    </section>
  );
}

const ROWS = 8;

interface AsTableProps {
  readonly view: ProgressTracker;
  readonly progressions: Progressions;
  readonly agentIds: readonly string[];
  readonly endMs: number;
}

function AsTable({ view, progressions, agentIds, endMs }: AsTableProps) {
  const startMs = Date.parse(view.createdAt);
  const times = Array.from({ length: ROWS }, (_, row) => startMs + ((endMs - startMs) * (row + 1)) / ROWS);
  return (
    <details class="as-table">
      <summary>As a table</summary>
      <div class="table-box" role="region" aria-label="Progress over time" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">After</th>
              {agentIds.map((agentId) => (
                <th key={agentId} scope="col">
                  <span class="id">{agentId}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.map((atMs, row) => (
              <tr key={row}>
                <th scope="row">{durationText(atMs - startMs)}</th>
                {agentIds.map((agentId) => (
                  <td key={agentId}>{stepAt(progressions.get(agentId) ?? [], atMs) ?? '–'}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
