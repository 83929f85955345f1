/** Two arrows outwards: to make a card large, and small again. */

export function ExpandIcon() {
  return (
    <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
      <path d="M9 2h5v5M7 14H2V9M14 2 9 7M2 14l5-5" fill="none" stroke="currentColor" stroke-width="1.5" />
    </svg>
  );
}
