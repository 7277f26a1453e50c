import type { JSX } from 'preact';
import { useLocation } from 'preact-iso';

interface PartsProps {
  /** Title, and what is drawn; read only while it is open. The first is open to begin with. */
  readonly parts: readonly (readonly [title: string, draw: () => JSX.Element])[];
}

/** The lists of a page, one at a time. Which one is in the address, so that a link shows the same to someone else. */
export function Parts({ parts }: PartsProps) {
  const { query, path, route } = useLocation();
  const [title, Part] = parts.find(([each]) => each.toLowerCase() === query['list']) ?? parts[0] ?? [];
  return (
    <section class="panel" id="parts">
      <div class="tabs" role="group" aria-label="Lists">
        {parts.map(([each]) => (
          <button
            key={each}
            type="button"
            class="choice tab"
            aria-pressed={each === title}
            onClick={() => {
              route(each === parts[0]?.[0] ? path : `${path}?list=${each.toLowerCase()}`, true);
            }}
          >
            {each}
          </button>
        ))}
      </div>
      <h2 class="for-readers">{title}</h2>
      {Part && <Part />}
    </section>
  );
}
