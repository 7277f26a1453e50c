/** The way out where only a new page helps. */
export const Reload = () => (
  <button
    type="button"
    class="secondary small"
    onClick={() => {
      location.reload();
    }}
  >
    Reload
  </button>
);
