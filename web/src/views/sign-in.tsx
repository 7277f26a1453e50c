import { signal } from '@preact/signals';
import { Logo } from '../parts/logo';
import { useTitle } from '../parts/title';
import { isTokenKept, resumeSession, signIn, signInError } from '../session';

const isBusy = signal(false);

async function submit(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const token = new FormData(event.currentTarget as HTMLFormElement).get('token');
  await whileBusy(() => signIn(typeof token === 'string' ? token : ''));
}

async function whileBusy(work: () => Promise<void>): Promise<void> {
  isBusy.value = true;
  await work();
  isBusy.value = false;
}

export function SignIn() {
  const error = signInError.value;
  useTitle('Sign in');
  return (
    <main class="sign-in">
      <h1>
        <Logo /> Muster
      </h1>
      <p>See who is waiting for whom.</p>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Token of an agent or an admin
          <input
            name="token"
            type="password"
            autocomplete="off"
            required
            autofocus
            aria-invalid={error === null ? undefined : 'true'}
            aria-describedby="sign-in-help"
          />
        </label>
        {error !== null && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        {isTokenKept.value && (
          <button type="button" disabled={isBusy.value} onClick={() => void whileBusy(resumeSession)}>
            Try again
          </button>
        )}
        <button
          type="submit"
          class={isTokenKept.value ? 'secondary' : undefined}
          aria-busy={isBusy.value}
          disabled={isBusy.value}
        >
          Sign in
        </button>
        <p id="sign-in-help" class="muted">
          It is kept in this tab only. <code>npm start</code> prints where the admin token is; an agent's token is shown
          when it is registered.
        </p>
      </form>
    </main>
  );
}
