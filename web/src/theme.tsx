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

const MOON = 'M13 9.5A5.5 5.5 0 1 1 6.5 3a4.5 4.5 0 0 0 6.5 6.5';
const SUN =
  'M8 5a3 3 0 1 1 0 6a3 3 0 1 1 0-6 M8 1v1.5 M8 13.5V15 M1 8h1.5 M13.5 8H15 M3 3l1 1 M12 12l1 1 M3 13l1-1 M12 4l1-1';

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
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={other === 'dark' ? MOON : SUN} />
      </svg>
    </button>
  );
}
