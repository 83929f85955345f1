/** Choices in toolbars and menus: a word of several, and yes or no. */

import type { ComponentChild } from "preact";

interface ChoiceProps<Word extends string> {
  label: string;
  testId: string;
  words: readonly Word[];
  names?: Partial<Record<Word, string>>;
  value: Word;
  title?: string;
  /** Whether another word than the usual one is chosen: then it stands out. */
  isSet?: boolean;
  /** For screen readers, where there is no label to be seen. */
  ariaLabel?: string;
  onChange: (word: Word) => void;
  children?: ComponentChild;
}

/** A word of several, with its label in front. */
export function Choice<Word extends string>(props: ChoiceProps<Word>) {
  const { label, testId, words, names, value, title, isSet = false, ariaLabel, onChange, children } = props;
  return (
    <label class={isSet ? "choice is-set" : "choice"} title={title}>
      {label}
      <select
        data-testid={testId}
        aria-label={label === "" ? ariaLabel : undefined}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value as Word)}
      >
        {words.map((word) => (
          <option key={word} value={word}>
            {names?.[word] ?? word}
          </option>
        ))}
      </select>
      {children}
    </label>
  );
}

/** Yes or no. */
export function Check({
  label,
  title,
  testId,
  isOn,
  onChange,
}: {
  label: string;
  title?: string;
  testId: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <label class="check" title={title}>
      <input
        type="checkbox"
        data-testid={testId}
        checked={isOn}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}
