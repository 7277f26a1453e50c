import { useRef } from 'preact/hooks';
import { useCopy } from '../parts/use-copy';

const COPY = 'M5.5 5.5v-3h8v8h-3 M2.5 5.5h8v8h-8z';

/** An id, with a button that copies it. */
export function CopyId({ id }: { readonly id: string }) {
  const text = useRef<HTMLSpanElement>(null);
  const { said, copy } = useCopy(id, () => {
    if (text.current) getSelection()?.selectAllChildren(text.current);
  });
  return (
    <span class="copy-id">
      <span class="id" ref={text}>
        {id}
      </span>
      <button type="button" class="quiet icon" aria-label="Copy the id" title="Copy the id" onClick={copy}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={COPY} />
        </svg>
      </button>
      <span class="muted" role="status">
        {said}
      </span>
    </span>
  );
}
