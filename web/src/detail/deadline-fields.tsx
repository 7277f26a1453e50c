import type { MoveDeadline } from '@muster/client';
import { useState } from 'preact/hooks';
import { serverNow } from '../live/connection';
import { localText } from '../parts/when';

const MINUTE_MS = 60_000;

const CHOICES = {
  minutes: '5 minutes later',
  hour: '1 hour later',
  at: 'At a time of your own:',
  none: 'No deadline',
} as const;

type Choice = keyof typeof CHOICES;

const LATER_MS: Partial<Record<Choice, number>> = { minutes: 5 * MINUTE_MS, hour: 60 * MINUTE_MS };

/** Later than it is, at a time, or away. */
export function DeadlineFields({ deadline }: { readonly deadline: string | null }) {
  const [chosen, setChosen] = useState<Choice>('minutes');
  const radio = { chosen, onChoose: setChosen, isNew: deadline === null };
  return (
    <fieldset class="deadline-fields">
      <legend class="muted">
        {deadline === null ? 'There is no deadline.' : `The deadline is ${localText(deadline)}.`}
      </legend>
      <Radio of="minutes" {...radio} />
      <Radio of="hour" {...radio} />
      <Radio of="at" {...radio} />
      <input
        type="datetime-local"
        name="at"
        step="1"
        aria-label="Date and time"
        defaultValue={fieldText(Date.parse(deadline ?? '') || serverNow() + 60 * MINUTE_MS)}
        required={chosen === 'at'}
        onInput={() => {
          setChosen('at');
        }}
      />
      {deadline !== null && <Radio of="none" {...radio} />}
    </fieldset>
  );
}

interface RadioProps {
  readonly of: Choice;
  readonly chosen: Choice;
  readonly onChoose: (choice: Choice) => void;
  /** There was no deadline. */
  readonly isNew: boolean;
}

const Radio = ({ of, chosen, onChoose, isNew }: RadioProps) => (
  <label>
    <input
      type="radio"
      name="choice"
      value={of}
      checked={chosen === of}
      onChange={() => {
        onChoose(of);
      }}
    />
    {isNew ? CHOICES[of].replace('later', 'from now') : CHOICES[of]}
  </label>
);

/** What was chosen, as the API takes it. */
export function deadlineOf(form: FormData, deadline: string | null): MoveDeadline {
  const choice = form.get('choice') as Choice;
  const at = form.get('at');
  if (choice === 'none') return { deadline: null };
  const laterMs = LATER_MS[choice];
  if (laterMs === undefined) return { deadline: new Date(typeof at === 'string' ? at : '').toISOString() };
  return { deadline: new Date((deadline === null ? serverNow() : Date.parse(deadline)) + laterMs).toISOString() };
}

/** As a field takes it: in the time zone of the browser, without saying so. */
function fieldText(atMs: number): string {
  const local = new Date(atMs - new Date(atMs).getTimezoneOffset() * MINUTE_MS);
  return local.toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length);
}
