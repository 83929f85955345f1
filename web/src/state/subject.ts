/** Which tags are looked at, in all views alike: the filter, and the sections that are folded. */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Pattern, parsePattern, type Sieve, sieve } from "../kit/pattern";
import { slice } from "./link";

interface SubjectState {
  tagFilter: string;
  /** Keys of sections that are folded, or unfolded where they are folded at first. */
  folded: ReadonlySet<string>;
}

export const { fields: subjectFields, change: changeSubject } = slice<SubjectState>({
  parameters: ["tags", "folded"],
  encode: ({ tagFilter, folded }, parameters) => {
    if (tagFilter !== "") parameters.set("tags", tagFilter);
    for (const key of folded) parameters.append("folded", key);
  },
  decode: (parameters) => ({
    tagFilter: parameters.get("tags") ?? "",
    folded: new Set(parameters.getAll("folded")),
  }),
});

export function toggleFolded(key: string): void {
  const folded = new Set(subjectFields.folded);
  if (!folded.delete(key)) folded.add(key);
  changeSubject({ folded });
}

/** The filter as a pattern; while the typed text is not one, the last one that was. */
const pattern = signal<Pattern>(parsePattern(subjectFields.tagFilter, null));
effect(() => {
  const { tagFilter } = subjectFields;
  pattern.value = parsePattern(tagFilter, pattern.peek().expression);
});

/** The names, of some, that the filter lets through. */
export function tagSieveOf(names: ReadonlySignal<readonly string[]>): ReadonlySignal<Sieve> {
  return computed(() => sieve(pattern.value, names.value));
}
