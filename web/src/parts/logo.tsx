export const Logo = () => (
  <svg class="logo" viewBox="0 0 80 80" aria-hidden="true">
    <circle cx="40" cy="40" r="30" pathLength="5" stroke-dasharray="0.8 0.2" />
    <circle class="hub" cx="40" cy="40" r="9" />
  </svg>
);
