import { useState } from 'preact/hooks';

const SAID = {
  no: '',
  yes: 'Copied.',
  // Browsers let pages write to the clipboard on HTTPS and on this machine only.
  blocked: 'Selected: press Ctrl+C (⌘C on a Mac) to copy it.',
} as const;

interface Copying {
  /** What came of it. */
  readonly said: string;
  readonly copy: () => void;
}

/** @param select marks the text, for those who have to copy it by themselves */
export function useCopy(text: string, select: () => void): Copying {
  const [isCopied, setCopied] = useState<keyof typeof SAID>('no');
  const copy = async (): Promise<void> => {
    select();
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch {
      setCopied('blocked');
    }
  };
  return { said: SAID[isCopied], copy: () => void copy() };
}
