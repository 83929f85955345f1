/** The button that makes a card large, and small again. */

interface ExpandProps {
  /** What it makes large. */
  name: string;
  isExpanded: boolean;
  /** What a large card has: the title of the button. */
  title: string;
  onClick: () => void;
}

export function ExpandButton({ name, isExpanded, title, onClick }: ExpandProps) {
  return (
    <button
      type="button"
      class="icon"
      aria-expanded={isExpanded}
      aria-label={isExpanded ? `Make ${name} small` : `Expand ${name}`}
      title={isExpanded ? "Make small (Escape)" : title}
      onClick={onClick}
    >
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d="M9 2h5v5M7 14H2V9M14 2 9 7M2 14l5-5" fill="none" stroke="currentColor" stroke-width="1.5" />
      </svg>
    </button>
  );
}
