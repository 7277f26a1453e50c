import { effect, signal } from '@preact/signals';

type Theme = 'light' | 'dark';

const STORAGE_KEY = 'muster-theme';

/** null: as the system has it. */
const chosen = signal<Theme | null>(localStorage.getItem(STORAGE_KEY) as Theme | null);
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const system = signal<Theme>(systemIsDark.matches ? 'dark' : 'light');
systemIsDark.addEventListener('change', () => {
  system.value = systemIsDark.matches ? 'dark' : 'light';
});

/** What is shown now; charts draw with its colours. */
export const theme = (): Theme => chosen.value ?? system.value;

effect(() => {
  document.documentElement.dataset['theme'] = theme();
});

export function ThemeSwitch() {
  const other = theme() === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      class="quiet icon"
      aria-label={`Switch to ${other} colours`}
      title={`Switch to ${other} colours`}
      onClick={() => {
        chosen.value = other;
        localStorage.setItem(STORAGE_KEY, other);
      }}
    >
      {other === 'dark' ? '☾' : '☀'}
    </button>
  );
}
