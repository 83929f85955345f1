/** Keys of views over steps: which form their cards have, and which card is large. */

import type { Key } from "../view";
import { pointedName } from "./subject_links";

/** The keys 1, 2 and so on: a form each, in the order of the toolbar. */
export function formKeys<Form extends string>(
  forms: readonly Form[],
  names: Readonly<Record<Form, string>>,
  choose: (form: Form) => void,
): Key[] {
  return forms.map((form, i) => ({
    key: String(i + 1),
    what: `show ${names[form]}`,
    run: () => choose(form),
  }));
}

/** Makes the card that is pointed at large, or the large one small again. */
export function sizeKey(expanded: () => string | null, change: (name: string | null) => void): Key {
  return {
    key: "f",
    what: "make the card that is pointed at large, or small again",
    run: () => {
      const isLarge = expanded() !== null;
      const pointed = pointedName();
      if (isLarge || pointed !== null) change(isLarge ? null : pointed);
    },
  };
}
