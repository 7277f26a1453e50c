/** What has changed between two versions, in words: the live view where there is no terminal. */
import type { ProgressTracker, SyncPoint } from '@muster/client';
import { withoutControls } from '../text';
import { countsOf, type Details, hasEnded, MARKS, outcomesOf } from './view';

/** One line for each change; the first time, one that says how things are. */
export function syncPointChanges(before: SyncPoint | undefined, now: SyncPoint, details: Details): string[] {
  return [...(before ? [] : [stateOf(now)]), ...commonChanges(before, now, details)];
}

export function trackerChanges(before: ProgressTracker | undefined, now: ProgressTracker, details: Details): string[] {
  const steps = before ? stepChanges(before, now) : [`${stateOf(now)}, ${now.percent} %`];
  return [...steps, ...commonChanges(before, now, details)];
}

const stateOf = (roster: SyncPoint | ProgressTracker): string => {
  const missing = roster.missingParticipants;
  const names = missing.length > 0 && missing.length <= 5 ? ` (${missing.join(', ')})` : '';
  return `${withoutControls(roster.name)}: ${roster.status}, ${countsOf(outcomesOf(roster).values()) || 'no participants'}${names}`;
};

function commonChanges(
  before: SyncPoint | ProgressTracker | undefined,
  now: SyncPoint | ProgressTracker,
  details: Details,
): string[] {
  const lines: string[] = [];
  const total = now.participants.length;
  if (before) {
    const known = outcomesOf(before);
    for (const [agentId, outcome] of outcomesOf(now)) {
      if (known.get(agentId) === outcome) continue;
      const reason = details.get(agentId)?.reason ?? null;
      const why = reason === null ? '' : `: ${withoutControls(reason)}`;
      lines.push(`${agentId} ${MARKS[outcome][1]}${why} (${now.missingParticipants.length} of ${total} missing)`);
    }
    if (before.deadline !== now.deadline) lines.push(`deadline: ${now.deadline ?? 'none'}`);
  }
  if (hasEnded(now) && !(before && hasEnded(before))) {
    const by = now.endedBy === null || now.endedBy === 'system' ? '' : ` by ${now.endedBy}`;
    const why = `${by}${now.endReason === null ? '' : `: ${withoutControls(now.endReason)}`}`;
    // The first line has the status.
    if (before || why !== '') lines.push(`${now.status}${why}`);
  }
  return lines;
}

function stepChanges(before: ProgressTracker, now: ProgressTracker): string[] {
  const { totalSteps } = now;
  const lines = Object.entries(now.participantProgress)
    .filter(([agentId, step]) => step !== (before.participantProgress[agentId] ?? 0))
    .map(([agentId, step]) => `${agentId} ${step}/${totalSteps} (overall ${now.percent} %)`);
  if (now.completeWhen === 'creator' && before.currentStep !== now.currentStep) {
    lines.push(`overall ${now.currentStep}/${totalSteps} (${now.percent} %)`);
  }
  if (before.totalSteps !== totalSteps) lines.push(`total steps: ${totalSteps}`);
  if (before.stalledSince !== now.stalledSince) {
    lines.push(now.stalledSince === null ? 'moving again' : `stalled since ${now.stalledSince}`);
  }
  return lines;
}
