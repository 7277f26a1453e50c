import { useRef, useState } from 'preact/hooks';

const COPY = 'M5.5 5.5v-3h8v8h-3 M2.5 5.5h8v8h-8z';

/** An id, with a button that copies it. */
export function CopyId({ id }: { readonly id: string }) {
  const text = useRef<HTMLSpanElement>(null);
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    if (text.current) getSelection()?.selectAllChildren(text.current);
    try {
      await navigator.clipboard.writeText(id);
      setSaid('Copied.');
    } catch {
      // Browsers let pages write to the clipboard on HTTPS and on this machine only.
      setSaid('Selected: press Ctrl+C (⌘C on a Mac) to copy it.');
    }
  };
  return (
    <span class="copy-id">
      <span class="id" ref={text}>
        {id}
      </span>
      <button type="button" class="quiet icon" aria-label="Copy the id" title="Copy the id" onClick={() => void copy()}>
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
