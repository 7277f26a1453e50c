import { type ErrorCode, MusterError } from '../common/errors';

/** What a model can do about an error. */
const ADVICE: Readonly<Record<ErrorCode, string>> = {
  'request.not-json': 'Send the arguments as one JSON object.',
  'request.too-large': 'Store large data elsewhere and send a link to it.',
  'request.unsupported-media-type': 'Do not try again: the client has to send JSON. Tell a person.',
  'request.invalid': 'Correct this and call the tool again.',
  'request.idempotency-key-reused': 'For something else use a new idempotency key.',
  'sync-point.not-found':
    'Only participants, the creator and admins see it. Check the id; who_am_i lists your open ones.',
  'progress-tracker.not-found':
    'Only participants, the creator and admins see it. Check the id; who_am_i lists your open ones.',
  'sync-point.exists': 'Choose another id, or read what exists with show_status.',
  'progress-tracker.exists': 'Choose another id, or read what exists with show_status.',
  'sync-point.not-participant': 'Do not try again: somebody else has to arrive. wait_until_done works for you.',
  'progress-tracker.not-participant': 'Do not try again: it waits for others.',
  'sync-point.arrived-otherwise': 'Your first arrival counts; do not try again. Send a correction with send_message.',
  'sync-point.failed-otherwise': 'Your failure counts; do not try again. Another try needs a new sync point.',
  'sync-point.excused': 'Nobody waits for you there; go on without it.',
  'sync-point.not-waiting': 'It is over: call show_status, and go on by how it ended.',
  'sync-point.expired': 'Tell the creator, or create a new sync point.',
  'progress-tracker.not-active': 'It is over: stop reporting; show_status says how it ended.',
  'progress-tracker.expired': 'Tell the creator, or create a new tracker.',
  'progress-tracker.finished': 'You are done there: stop reporting.',
  'progress-tracker.arrived-otherwise': 'You are done there: stop reporting. Send a correction with send_message.',
  'progress-tracker.failed-otherwise': 'Your failure counts; do not try again. Another try needs a new tracker.',
  'progress-tracker.excused': 'Nobody waits for you there: stop reporting.',
  'progress-tracker.step-mismatch': 'Decide again from your actual step.',
  'progress-tracker.step-went-back': 'Report that step or a later one.',
  'message.not-found': 'Check the id; read_messages lists the ids of your inbox.',
  'agent.not-found': 'Call find_agents for the ids that there are.',
  'agent.exists': 'Choose another id.',
  'agent.active': 'Nothing is left to do: it can go on.',
  'agent.deactivated': 'Do not try again: an admin has to reactivate it first.',
  'agent.too-many-tokens': 'Do not try again: a person has to revoke a token first.',
  'token.revoked': 'Do not try again: a person has to create a token with a new idempotency key.',
  'token.not-found': 'Nothing is left to do: it may have been revoked already.',
  'route.not-found': 'Do not try again: the client calls a wrong address. Tell a person.',
  'route.method-not-allowed': 'Do not try again: the client calls a wrong address. Tell a person.',
  'auth.no-token': 'Do not try again: a person has to give your client a token.',
  'auth.bad-token': 'Do not try again: a person has to give your client a valid token.',
  'auth.forbidden': 'Do not try again: your token does not allow it.',
  'store.busy': 'Wait a second, then call the tool again.',
  'internal.error': 'Try again once; then report the requestId to a person.',
};

/**
 * Calls an operation whose fields have other names than those of the tool.
 *
 * @param names pointers of the operation with those of the tool; the first that fits is taken
 */
export async function inFieldsOf<Answer>(
  names: Readonly<Record<string, string>>,
  call: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof MusterError) || error.violations.length === 0) throw error;
    const renamed = (text: string): string => {
      const [from = '', to = ''] = Object.entries(names).find(([pointer]) => text.startsWith(pointer)) ?? [];
      return to + text.slice(from.length);
    };
    const violations = error.violations.map(({ pointer, detail }) => ({ pointer: renamed(pointer), detail }));
    throw new MusterError(error.code, renamed(error.message), { violations, cause: error });
  }
}

const MOST_PLACES = 5;

/** What went wrong, where, and what to do, for a model. */
export function errorText({ code, title, message, violations }: MusterError, requestId: string): string {
  const [first] = violations;
  const place = first?.detail === message ? `${first.pointer} ` : '';
  // What begins with a place is no sentence yet. To one, a title adds nothing.
  const intro = place !== '' || message.startsWith('#/') ? `${title}: ` : '';
  const said = intro + place + message;
  // What is said is about the first.
  const places = violations.slice(1, MOST_PLACES).map(({ pointer, detail }) => `${pointer} ${detail}`);
  const id = code === 'internal.error' ? ` requestId ${requestId}.` : '';
  return `${[said, ...places, ADVICE[code]].join('\n')}${id} (${code})`;
}
