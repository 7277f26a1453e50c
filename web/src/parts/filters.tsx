import type { ComponentChildren } from 'preact';

interface FiltersProps<Choice extends string> {
  /** What is searched: "Search by id or name". */
  readonly label: string;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  /** With what is said of each, and how many there are if that is known. */
  readonly choices: readonly (readonly [Choice, string])[];
  readonly countOf?: (choice: Choice) => string;
  readonly chosen: Choice;
  readonly onChoose: (choice: Choice) => void;
  /** Other fields, between the search and the choices. */
  readonly children?: ComponentChildren;
}

/** A search and one of several choices, above a list. */
export const Filters = <Choice extends string>({
  label,
  search,
  onSearch,
  choices,
  countOf,
  chosen,
  onChoose,
  children,
}: FiltersProps<Choice>) => (
  <search class="filters">
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      value={search}
      onInput={({ currentTarget }) => {
        onSearch(currentTarget.value);
      }}
    />
    {children}
    <div class="choices" role="group" aria-label="Show">
      {choices.map(([choice, text]) => (
        <button
          key={choice}
          type="button"
          class="choice"
          aria-pressed={chosen === choice}
          onClick={() => {
            onChoose(choice);
          }}
        >
          {text} {countOf && <span class="muted">{countOf(choice)}</span>}
        </button>
      ))}
    </div>
  </search>
);
