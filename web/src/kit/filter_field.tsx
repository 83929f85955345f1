/** A field for a regular expression. Its fault is named below it. */

import type { RefObject } from "preact";

interface FilterFieldProps {
  /** Where the field itself is to be found, for keys that lead to it. */
  input?: RefObject<HTMLInputElement>;
  testId: string;
  label: string;
  value: string;
  /** The fault, in whole sentences; null without one. */
  error: string | null;
  /** The texts that may be typed, where they are more than regular expressions. */
  hint?: string;
  /** What is being read before the text can hold; null when nothing is. */
  reading?: string | null;
  /** How much there is, and how much of it was found. */
  found?: string;
  onInput: (text: string) => void;
}

export function FilterField({
  input,
  testId,
  label,
  value,
  error,
  hint,
  reading,
  found,
  onInput,
}: FilterFieldProps) {
  return (
    <span class="filter">
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <circle cx="7" cy="7" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="m10.5 10.5 4 4" stroke="currentColor" stroke-width="1.5" />
      </svg>
      <input
        {...(input === undefined ? {} : { ref: input })}
        type="search"
        data-testid={testId}
        aria-label={`${label} (${hint ?? "regular expression"})`}
        title={hint}
        aria-invalid={error !== null}
        placeholder={label}
        value={value}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {found !== undefined && <span class="found">{found}</span>}
      {(reading ?? null) !== null && (
        <span class="filter-reading" role="status">
          {reading}
        </span>
      )}
      {error !== null && (
        <span class="filter-error" role="alert">
          {error}
        </span>
      )}
    </span>
  );
}
