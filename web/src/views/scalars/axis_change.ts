/** Another x axis for all charts: the zoomed range stays in sight, in steps or in time. */

import { fetchTranslation } from "../../api/translate";
import { shownRuns } from "../../runs/listed_runs";
import { runsFields } from "../../runs/runs_link";
import type { Axis } from "../../series/axis";
import { changePlace, placeFields } from "../../state/place";
import { changeCharts, chartFields } from "./chart_link";
import { listedTags } from "./charts_of_log";

/** Runs beyond so many tell no more of where a stretch begins and ends. */
const MOST_RUNS = 100;

export async function changeAxis(to: Axis): Promise<void> {
  const from = placeFields.axis;
  const range = chartFields.zoom[from];
  const tag = listedTags.value[0];
  // A place that is marked is one of the axis it was marked on.
  changePlace({ axis: to, place: null });
  if (range === null || tag === undefined || from === "tag" || to === "tag" || chartFields.zoom[to] !== null)
    return;
  const having = new Set(tag.runs);
  const runs = shownRuns.value.filter((run) => having.has(run.id)).slice(0, MOST_RUNS);
  try {
    const translated = await fetchTranslation({
      ...{ tag: tag.id, runs: runs.map((run) => run.id) },
      ...{ from, to, range },
      ...(runsFields.attempts !== "all" && { attempts: runsFields.attempts }),
    });
    // Meanwhile the user may have gone on.
    if (
      translated === null ||
      translated[0] === translated[1] ||
      placeFields.axis !== to ||
      chartFields.zoom[to] !== null
    )
      return;
    changeCharts({ zoom: { ...chartFields.zoom, [to]: translated } });
  } catch {
    // Without an answer the whole axis is shown.
  }
}
