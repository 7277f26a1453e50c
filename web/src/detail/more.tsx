import type { Pages } from '../live/pages';
import { countText } from '../text';
import { useTask } from './use-detail';

interface MoreProps {
  readonly pages: Pages<unknown>;
  readonly noun: string;
  /** Of the whole list, if that is known. */
  readonly total?: number;
}

/** Under a list that goes on: how much is shown, and a button for more. */
export function More({ pages, noun, total }: MoreProps) {
  const { isBusy, error, run } = useTask((signal) => pages.more(signal));
  if (!pages.hasMore.value) return null;
  const shown = countText(pages.items.value.length);
  return (
    <div class="list-more">
      <button type="button" class="secondary" aria-busy={isBusy} disabled={isBusy} onClick={run}>
        Show more
      </button>
      <span class="muted">
        {total === undefined ? `${shown} ${noun}s are shown.` : `${shown} of ${countText(total)} ${noun}s are shown.`}
      </span>
      {error !== null && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
