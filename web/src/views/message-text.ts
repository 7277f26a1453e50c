/** What a message says, in words. Only Muster sends the types that have sentences here. */
import type { InboxMessage } from '@muster/client';
import { countText, plural } from '../text';

type Content = InboxMessage['content'];

const MOST_NAMES = 5;

/** Members in which agents put what a person would read. */
const TEXT_MEMBERS = ['text', 'message', 'summary', 'question', 'title', 'description', 'reason'] as const;

/** undefined if nothing in it is meant to be read. */
export function messageText(content: Content): string | undefined {
  return sentenceOf(content) ?? TEXT_MEMBERS.map((member) => textOf(content[member])).find((text) => text !== '');
}

/** Whoever caused it is its sender, but nobody can read the data with which it is acknowledged. */
export const isNotification = ({ sender, content }: Pick<InboxMessage, 'sender' | 'content'>): boolean =>
  sender.id === 'system' || sentenceOf(content) !== undefined;

function sentenceOf(content: Content): string | undefined {
  const name = `“${textOf(content['name'])}”`;
  const reason = textOf(content['reason']);
  const because = reason === '' ? '.' : `: ${/[.!?]$/.test(reason) ? reason : `${reason}.`}`;
  switch (content.type) {
    case 'SYNC_POINT_NOTIFICATION':
      return `You are expected at ${name}.`;
    case 'PROGRESS_TRACKER_NOTIFICATION':
      return `You take part in ${name}, which has ${plural(countOf(content['totalSteps']), 'step')}.`;
    case 'PROGRESS_UPDATE_NOTIFICATION':
      return content['completed'] === true
        ? `${name} is completed${because}`
        : `${name} is at step ${countText(countOf(content['currentStep']))} of ${countText(countOf(content['totalSteps']))}.`;
    case 'PROGRESS_STALLED':
      return `${name} makes no progress.${named(' Behind:', content, 'behind')}`;
    case 'AGENT_FAILED':
      return `${textOf(content['agentId'])} failed at ${name}${because}`;
    case 'AGENT_LOST':
      return `${textOf(content['agentId'])} was lost, and ${name} waits for it.`;
    case 'ACKNOWLEDGEMENT_MISSING':
      return `${plural(countOf(content['recipientCount']), 'recipient')} did not acknowledge your ${textOf(content['messageType'])}.`;
    default:
      return rosterSentence(content, name, because);
  }
}

const VERBS: Readonly<Record<string, string>> = {
  COMPLETED: 'is completed',
  FAILED: 'failed',
  CANCELLED: 'was cancelled',
  EXPIRED: 'expired',
};

function rosterSentence(content: Content, name: string, because: string): string | undefined {
  const what = /^(?:SYNC_POINT|PROGRESS_TRACKER)_([A-Z_]+)$/.exec(content.type)?.[1];
  switch (what) {
    case 'DEADLINE_CHANGED':
      return content['deadline'] === null ? `${name} has no deadline any more.` : `The deadline of ${name} was moved.`;
    case 'DEADLINE_NEAR':
      return `The deadline of ${name} is near.${named(' Missing:', content, 'missing')}`;
    case undefined:
      return undefined;
    default: {
      const verb = VERBS[what];
      if (verb === undefined) return undefined;
      return `${name} ${verb}${because}${named(' Failed:', content, 'failed')}${named(' Missing:', content, 'missing')}`;
    }
  }
}

/** " Missing: a, b and 3 more." */
function named(before: string, content: Content, which: 'missing' | 'failed' | 'behind'): string {
  const listed = content[`${which}Participants`];
  const ids = (Array.isArray(listed) ? listed : []).filter((id) => typeof id === 'string').slice(0, MOST_NAMES);
  if (ids.length === 0) return '';
  const more = countOf(content[`${which}Count`]) - ids.length;
  return `${before} ${ids.join(', ')}${more > 0 ? ` and ${countText(more)} more` : ''}.`;
}

/** The sync point or tracker that it is about. */
export function subjectOf({
  content,
  recipientsOf,
}: Pick<InboxMessage, 'content' | 'recipientsOf'>):
  { readonly kind: 'sync-point' | 'tracker'; readonly id: string } | undefined {
  const about: Readonly<Record<string, unknown>> = { ...recipientsOf, ...content };
  const syncPointId = textOf(about['syncPointId']);
  if (syncPointId !== '') return { kind: 'sync-point', id: syncPointId };
  const trackerId = textOf(about['trackerId']) || textOf(about['progressTrackerId']);
  return trackerId === '' ? undefined : { kind: 'tracker', id: trackerId };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const countOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
