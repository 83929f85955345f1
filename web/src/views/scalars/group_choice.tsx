/** How runs are grouped: by one key or several, and what of a group is drawn. */

import { BANDS, type Band, STATISTICS } from "../../api/groups";
import { Choice } from "../../kit/choice";
import { ALL_BUT_SEED, DIRECTORY, isCapture } from "../../runs/group_keys";
import { runCaptures } from "../../runs/listed_runs";
import { columnName, offeredGroupings } from "../../runs/run_columns";
import { runRows } from "../../runs/run_table";
import { changeRuns, runsFields } from "../../runs/runs_link";
import { shownColumns } from "../../runs/shown_columns";
import { catalogue } from "../../state/server";
import { changeCharts, chartFields } from "./chart_link";

const BAND_NAMES: Record<Band, string> = {
  range: "min–max",
  means: "spread of means",
  deviation: "± std",
  error: "± std error",
  confidence: "95 % CI",
  none: "no band",
};
/** The word for any expression, and the one that is there first. */
const CAPTURE = "/";
const FIRST_CAPTURE = "/^[^/]+/";
/** More keys than this make groups whose names nobody reads. */
const MOST_KEYS = 4;

export function GroupChoice() {
  const { groupBy } = runsFields;
  const { statistic, band } = chartFields;
  const hasRoom = groupBy.length > 0 && groupBy.length < MOST_KEYS && !groupBy.includes(ALL_BUT_SEED);
  return (
    <span class={groupBy.length > 1 ? "choices is-narrow" : "choices"}>
      {(groupBy.length === 0 ? [""] : groupBy).map((key, place) => (
        <KeyChoice key={place} place={place} chosen={key} />
      ))}
      {hasRoom && <KeyChoice key={groupBy.length} place={groupBy.length} chosen="" />}
      {groupBy.length > 0 && (
        <>
          <Choice
            label=""
            ariaLabel="Line of a group"
            testId="statistic"
            words={STATISTICS}
            value={statistic}
            onChange={(chosen) => changeCharts({ statistic: chosen })}
          />
          <Choice
            label=""
            ariaLabel="Band of a group"
            testId="band"
            words={BANDS}
            names={BAND_NAMES}
            value={band}
            onChange={(chosen) => changeCharts({ band: chosen })}
          />
        </>
      )}
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
