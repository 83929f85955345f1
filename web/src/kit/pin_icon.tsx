/** The pin of a chart or a run, filled where it is pinned. */
export function PinIcon({ isOn }: { isOn: boolean }) {
  return (
    <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
      <path
        d="M5 2h6l-1 5 3 3H3l3-3zM8 10v5"
        fill={isOn ? "currentColor" : "none"}
        stroke="currentColor"
        stroke-width="1.4"
        stroke-linejoin="round"
      />
    </svg>
  );
}
