import type { Pager } from '../live/pager';

interface MoreButtonProps {
  readonly pager: Pager<unknown>;
  readonly children: string;
}

/** Reads more of a list, and says so when that fails. */
export function MoreButton({ pager, children }: MoreButtonProps) {
  const error = pager.error.value;
  const state = pager.state.value;
  if (state === 'done') return null;
  return (
    <>
      {error !== null && (
        <p class="alert" role="alert">
          {error}
        </p>
      )}
      <button
        type="button"
        class="secondary show-more"
        aria-busy={state === 'reading'}
        disabled={state === 'reading'}
        onClick={() => void pager.more()}
      >
        {error === null ? children : 'Try again'}
      </button>
    </>
  );
}
