/** Beside the filter of tags: the subject that is looked at, and that the filter does not hold. A click ends either. */

import { changeSubject, subjectFields, subjects } from "../../state/subject";
import { ending } from "./subject_links";

/** `nearest`: what the shown tags are about; empty for everything. */
export function SubjectChips({ nearest }: { nearest: string }) {
  const { tagFilter, isFilterOff } = subjectFields;
  const subject = subjectFields.subject === "" ? "" : subjects.value.normal(subjectFields.subject);
  return (
    <>
      {subject !== "" && <SubjectChip subject={subject} nearest={nearest} />}
      {isFilterOff && tagFilter !== "" && (
        <button
          type="button"
          class="chip"
          data-testid="filter-off"
          title={`The filter ${tagFilter} would leave nothing here, and does not hold. Click to have it hold again.`}
          onClick={() => changeSubject({ isFilterOff: false })}
        >
          filter off ×
        </button>
      )}
    </>
  );
}

function SubjectChip({ subject, nearest }: { subject: string; nearest: string }) {
  const [shown, why] = inWords(subject, nearest);
  return (
    <button
      type="button"
      class="chip subject-chip"
      data-testid="subject"
      title={`${why} Click to see everything (Escape).`}
      onClick={() => changeSubject({ subject: "" })}
    >
      <span>
        {shown}
        {nearest !== subject && <span class="quiet"> for {ending(subject)}</span>}
      </span>{" "}
      ×
    </button>
  );
}

function inWords(subject: string, nearest: string): [shown: string, why: string] {
  if (nearest === subject) return [ending(nearest), `Only what is about ${subject} is shown.`];
  if (nearest === "") return ["all", `Nothing here is about ${subject}: all is shown.`];
  return [ending(nearest), `Nothing here is about ${subject} itself: what is about ${nearest} is shown.`];
}
