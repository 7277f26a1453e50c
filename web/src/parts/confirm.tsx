/** The one dialog of the page: asks before something is done, does it, and shows what came of it. */
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useLocation } from 'preact-iso';
import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf } from '../session';

export interface Question {
  /** "Cancel Release 1.4?" */
  readonly title: string;
  /** What happens then, in a sentence or two. */
  readonly what: ComponentChildren;
  /** On the button: "Cancel it". */
  readonly verb: string;
  /** For what can't be undone. */
  readonly danger?: boolean;
  /** Fields with names, which `onConfirm` gets. */
  readonly children?: ComponentChildren;
  /** Throws what the dialog shall show as an error; returns what it shall show instead of the question, if anything. */
  readonly onConfirm: (form: FormData) => Promise<void> | Promise<JSX.Element>;
}

const asked = signal<Question | null>(null);

/** What was sent can't be taken back, and what came of it may be shown once: then only its own button closes it. */
const isHeld = signal(false);

/** Opens the dialog. It stays open when the part of the page that asked is drawn again or goes away. */
export function ask(question: Question): void {
  asked.value = question;
}

/** Stands once on the page, beside the views. */
export function DialogHost() {
  const { path } = useLocation();
  useEffect(() => {
    if (!isHeld.peek()) asked.value = null;
  }, [path]);
  useEffect(
    () => () => {
      asked.value = null;
      isHeld.value = false;
    },
    [],
  );
  const question = asked.value;
  return question && <Dialog question={question} />;
}

/** A modal `<dialog>` keeps the focus inside, gives it back afterwards, and closes on Esc. */
function Dialog({ question }: { readonly question: Question }) {
  const { title, what, verb, danger = false, children, onConfirm } = question;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isClosing = useRef(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<JSX.Element | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    if (outcome) heading.current?.focus();
  }, [outcome]);
  const close = (): void => {
    isClosing.current = true;
    dialog.current?.close();
  };
  const submit = async (form: HTMLFormElement): Promise<void> => {
    setBusy(true);
    setError(null);
    isHeld.value = true;
    let isShown = false;
    try {
      const shown = await onConfirm(new FormData(form));
      isShown = shown !== undefined;
      if (shown) setOutcome(shown);
      else close();
    } catch (thrown) {
      setError(messageOf(thrown));
    } finally {
      isHeld.value = isShown;
      setBusy(false);
    }
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        if (isHeld.peek()) event.preventDefault();
      }}
      onClose={() => {
        // A browser prevents the first Esc only.
        if (isHeld.peek() && !isClosing.current) {
          dialog.current?.showModal();
          return;
        }
        isHeld.value = false;
        asked.value = null;
      }}
    >
      <div class="dialog-box">
        <h2 id="dialog-title" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {outcome ? (
          <>
            {outcome}
            <div class="dialog-buttons">
              <button type="button" class="secondary" onClick={close}>
                Done
              </button>
            </div>
          </>
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (!isBusy) void submit(event.currentTarget);
            }}
          >
            <p>{what}</p>
            {children}
            {error !== null && (
              <p class="error" role="alert">
                {error}
              </p>
            )}
            <div class="dialog-buttons">
              <button type="button" class="secondary" disabled={isBusy} onClick={close}>
                Back
              </button>
              <button type="submit" class={danger ? 'danger' : undefined} aria-busy={isBusy}>
                {verb}
              </button>
            </div>
          </form>
        )}
      </div>
    </dialog>
  );
}
