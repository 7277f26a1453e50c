import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

interface PartsProps {
  /** Title, and what is drawn; read only while it is open. */
  readonly parts: readonly (readonly [title: string, draw: () => JSX.Element])[];
}

/** The lists of a page, one at a time. */
export function Parts({ parts }: PartsProps) {
  const [open, setOpen] = useState(0);
  const Part = parts[open]?.[1];
  return (
    <section class="panel" id="parts">
      <div class="tabs" role="group" aria-label="Lists">
        {parts.map(([title], index) => (
          <button
            key={title}
            type="button"
            class="choice tab"
            aria-pressed={index === open}
            onClick={() => {
              setOpen(index);
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <h2 class="for-readers">{parts[open]?.[0]}</h2>
      {Part && <Part />}
    </section>
  );
}
