/** By which keys runs are grouped: one or several. */

import { Choice } from "../kit/choice";
import { catalogue } from "../state/server";
import { ALL_BUT_SEED, DIRECTORY, isCapture } from "./group_keys";
import { runCaptures } from "./listed_runs";
import { columnName, offeredGroupings } from "./run_columns";
import { runRows } from "./run_table";
import { changeRuns, runsFields } from "./runs_link";
import { shownColumns } from "./shown_columns";

/** The word for any expression, and the one that is there first. */
const CAPTURE = "/";
const FIRST_CAPTURE = "/^[^/]+/";
/** More keys than this make groups whose names nobody reads. */
const MOST_KEYS = 4;

/** A choice for each key, and one for the next. */
export function GroupChoice() {
  const { groupBy } = runsFields;
  const hasRoom = groupBy.length > 0 && groupBy.length < MOST_KEYS && !groupBy.includes(ALL_BUT_SEED);
  return (
    <span class={groupBy.length > 1 ? "choices is-narrow" : "choices"}>
      {(groupBy.length === 0 ? [""] : groupBy).map((key, place) => (
        <KeyChoice key={place} place={place} chosen={key} />
      ))}
      {hasRoom && <KeyChoice key={groupBy.length} place={groupBy.length} chosen="" />}
    </span>
  );
}

/** The key in one place of several; empty for none. */
function KeyChoice({ place, chosen }: { place: number; chosen: string }) {
  const { groupBy } = runsFields;
  const isFirst = place === 0;
  const offered = offeredGroupings(runRows.value.values(), shownColumns.value);
  // A list without the hyper-parameters would look as if there were none.
  const isReading = runRows.value.size === 0 && (catalogue.value?.runs.length ?? 0) > 0;
  const others = new Set(groupBy.filter((_, i) => i !== place));
  const word = isCapture(chosen) ? CAPTURE : chosen;
  const words = ["", ...(isFirst && !isReading ? [ALL_BUT_SEED] : []), DIRECTORY, CAPTURE];
  words.push(...offered.map(([value]) => value).filter((value) => !words.includes(value)));
  const listed = words.filter((value) => !others.has(value));
  if (!listed.includes(word)) listed.push(word);
  const change = (key: string): void => {
    const keys = groupBy.map((known, i) => (i === place ? key : known));
    if (place === groupBy.length) keys.push(key);
    // One key that stands for many stands alone.
    changeRuns({ groupBy: key === ALL_BUT_SEED ? [key] : keys.filter((each) => each !== "") });
  };
  const error = runCaptures.value.get(chosen)?.error ?? null;
  return (
    <>
      <Choice
        label={isFirst ? "group" : ""}
        ariaLabel={isFirst ? undefined : "Group by this too"}
        testId={isFirst ? "group" : `group-${place + 1}`}
        words={listed}
        names={{
          // What a link names is there before the table is.
          [word]: columnName(word),
          ...Object.fromEntries(offered),
          "": isFirst || chosen !== "" ? "none" : "and…",
          ...{ [ALL_BUT_SEED]: "all but seed", [CAPTURE]: "name…" },
        }}
        pending={isReading ? "reading the hyper-parameters…" : undefined}
        title={
          chosen === ALL_BUT_SEED
            ? "By every hyper-parameter that differs between runs, but seeds, trials, repeats and folds"
            : undefined
        }
        value={word}
        isSet={chosen !== ""}
        onChange={(value) => change(value === CAPTURE ? FIRST_CAPTURE : value)}
      />
      {isCapture(chosen) && (
        <input
          class={`x-tag${error === null ? "" : " is-wrong"}`}
          data-testid="group-pattern"
          aria-label="Regular expression whose captures name the groups"
          title={error ?? "Runs are grouped by the text that this captures in their names, as in lr=([^_]+)"}
          value={chosen.replace(/^\/|\/$/gu, "")}
          onInput={(event) => change(`/${event.currentTarget.value}/`)}
        />
      )}
    </>
  );
}
