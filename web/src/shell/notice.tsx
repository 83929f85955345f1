/** A title that opens an explanation and a list. */

import { withSeparators } from "../kit/format";

const MOST_LINES = 200;

export interface NoticeProps {
  title: string;
  explanation: string;
  lines: readonly string[];
  /** Whether nothing is wrong. */
  isQuiet?: boolean;
  onToggle?: (isOpen: boolean) => void;
}

export function Notice({ title, explanation, lines, isQuiet = false, onToggle }: NoticeProps) {
  return (
    <details
      class={`notice${isQuiet ? " is-quiet" : ""}`}
      name="notice"
      onToggle={(event) => onToggle?.(event.currentTarget.open)}
    >
      <summary>{title}</summary>
      <div class="notice-body">
        <p>{explanation}</p>
        <ul>
          {lines.slice(0, MOST_LINES).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {lines.length > MOST_LINES && <p>and {withSeparators(String(lines.length - MOST_LINES))} more</p>}
      </div>
    </details>
  );
}
