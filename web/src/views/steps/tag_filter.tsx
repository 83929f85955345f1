/** The filter of tags, which all views with tags share. */

import { useEffect, useRef } from "preact/hooks";
import { FilterField } from "../../kit/filter_field";
import { plural } from "../../kit/format";
import { changeSubject, subjectFields } from "../../state/subject";
import { SubjectChips } from "./subject_chips";
import type { ViewTags } from "./view_tags";

/** The filter of a view of one kind of data. */
export function ViewTagFilter({ tags: { all, listed, sieve } }: { tags: ViewTags }) {
  const { error, nearest } = sieve.value;
  return <TagFilter total={all.value.length} found={listed.value.length} error={error} nearest={nearest} />;
}

interface TagFilterProps {
  /** How many tags there are, and how many of them pass. */
  total: number;
  found: number;
  /** The filter's fault; null without one. */
  error: string | null;
  /** What they are about, of the subject; empty for everything. */
  nearest: string;
}

let field: HTMLInputElement | null = null;

/** Put the cursor into the filter of the view that is on screen. */
export function focusTagFilter(): void {
  field?.focus();
  field?.select();
}

export function TagFilter({ total, found, error, nearest }: TagFilterProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field = input.current;
    return () => {
      field = null;
    };
  }, []);
  return (
    <>
      <FilterField
        input={input}
        testId="tag-filter"
        label="Filter tags"
        value={subjectFields.tagFilter}
        error={error}
        found={found === total ? plural(total, "tag") : `${found} of ${plural(total, "tag")}`}
        onInput={(tagFilter) => changeSubject({ tagFilter, isFilterOff: false })}
      />
      <SubjectChips nearest={nearest} />
    </>
  );
}
