/** Which tags are looked at, in all views alike: the filter, the subject, and the sections that are folded. */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Pattern, parsePattern, type Sieve, sieve } from "../kit/pattern";
import { slice } from "./link";
import { modulePaths } from "./module_paths";
import { allTags } from "./server";
import { Subjects } from "./subjects";

interface SubjectState {
  tagFilter: string;
  /** Whether the filter does not hold for the moment, as it would have left nothing where a link led. */
  isFilterOff: boolean;
  /** What is looked at; empty for everything. */
  subject: string;
  /** Keys of sections that are folded, or unfolded where they are folded at first. */
  folded: ReadonlySet<string>;
}

export const { fields: subjectFields, change: changeSubject } = slice<SubjectState>({
  parameters: ["tags", "tags-off", "subject", "folded"],
  encode: ({ tagFilter, isFilterOff, subject, folded }, parameters) => {
    if (tagFilter !== "") parameters.set("tags", tagFilter);
    if (tagFilter !== "" && isFilterOff) parameters.set("tags-off", "yes");
    if (subject !== "") parameters.set("subject", subject);
    for (const key of folded) parameters.append("folded", key);
  },
  decode: (parameters) => ({
    tagFilter: parameters.get("tags") ?? "",
    isFilterOff: parameters.get("tags-off") === "yes",
    subject: parameters.get("subject") ?? "",
    folded: new Set(parameters.getAll("folded")),
  }),
  steps: ["subject"],
  alongside: ["isFilterOff"],
});

export function toggleFolded(key: string): void {
  const folded = new Set(subjectFields.folded);
  if (!folded.delete(key)) folded.add(key);
  changeSubject({ folded });
}

/** The subjects of all tags, of every kind. */
export const subjects = computed(() => new Subjects(allTags.value, modulePaths.value));

/** The filter as a pattern; while the typed text is not one, the last one that was. */
const pattern = signal<Pattern>(parsePattern(subjectFields.tagFilter, null));
effect(() => {
  const { tagFilter } = subjectFields;
  pattern.value = parsePattern(tagFilter, pattern.peek().expression);
});

/** The names of tags that filter and subject let through. */
export interface TagSieve extends Sieve {
  /** What the names are about: the subject or, where there is nothing of it, what is next above; empty for everything. */
  nearest: string;
}

const EVERYTHING: Pattern = { expression: null, error: null };

function sieveOf(names: readonly string[], subject: string, isFilterOff: boolean): TagSieve {
  const { passes, error } = sieve(isFilterOff ? EVERYTHING : pattern.value, names);
  if (subject === "") return { passes, error, nearest: "" };
  const all = subjects.value;
  const nearest = all.nearest(all.normal(subject), names);
  return { passes: (name) => passes(name) && (nearest === "" || all.isAbout(name, nearest)), error, nearest };
}

/** Of some names those that are looked at. */
export function tagSieveOf(names: ReadonlySignal<readonly string[]>): ReadonlySignal<TagSieve> {
  return computed(() => sieveOf(names.value, subjectFields.subject, subjectFields.isFilterOff));
}

/** Whether the filter would leave nothing of a subject. */
export function isEmptied(names: readonly string[], subject: string): boolean {
  const { passes } = sieveOf(names, subject, false);
  return !names.some(passes);
}
