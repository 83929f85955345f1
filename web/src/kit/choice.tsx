/** Choices in toolbars and menus: a word of several, and yes or no. */

import type { ComponentChild } from "preact";

interface ChoiceProps<Word extends string> {
  label: string;
  testId: string;
  words: readonly Word[];
  names?: Partial<Record<Word, string>>;
  value: Word;
  title?: string | undefined;
  /** Whether another word than the usual one is chosen: then it stands out. */
  isSet?: boolean;
  /** For screen readers, where there is no label to be seen. */
  ariaLabel?: string | undefined;
  /** Said below the words while more of them are to come. */
  pending?: string | undefined;
  onChange: (word: Word) => void;
  children?: ComponentChild;
}

/** A word of several, with its label in front. */
export function Choice<Word extends string>(props: ChoiceProps<Word>) {
  const { label, testId, words, names, value, title, isSet = false, ariaLabel, pending } = props;
  const { onChange, children } = props;
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
        {pending !== undefined && <option disabled>{pending}</option>}
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
