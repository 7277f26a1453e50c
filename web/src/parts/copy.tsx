import { useRef } from 'preact/hooks';
import { useCopy } from './use-copy';

interface CopyProps {
  readonly text: string;
  /** What it is, for those who don't see it: "Token of builder". */
  readonly label: string;
}

/** A text to take along, with a button that copies it. */
export function Copy({ text, label }: CopyProps) {
  const field = useRef<HTMLInputElement>(null);
  const { said, copy } = useCopy(text, () => field.current?.select());
  return (
    <div class="copy">
      <input
        ref={field}
        class="id"
        aria-label={label}
        value={text}
        readOnly
        spellcheck={false}
        onFocus={({ currentTarget }) => {
          currentTarget.select();
        }}
      />
      <button type="button" onClick={copy}>
        Copy
      </button>
      <span class="muted" role="status">
        {said}
      </span>
    </div>
  );
}
