import { useRef, useState } from 'preact/hooks';

interface CopyProps {
  readonly text: string;
  /** What it is, for those who don't see it: "Token of builder". */
  readonly label: string;
}

const SAID = {
  no: '',
  yes: 'Copied.',
  // Browsers let pages write to the clipboard on HTTPS and on this machine only.
  blocked: 'Selected: press Ctrl+C (⌘C on a Mac) to copy it.',
} as const;

/** A text to take along, with a button that copies it. */
export function Copy({ text, label }: CopyProps) {
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState<keyof typeof SAID>('no');
  const copy = async (): Promise<void> => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch {
      setCopied('blocked');
    }
  };
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
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>
      <span class="muted" role="status">
        {SAID[isCopied]}
      </span>
    </div>
  );
}
