/** Another x axis for all charts: what they were zoomed to stays in sight, in steps or in time. */

import type { Axis } from "../../api/scalars";
import { fetchTranslation } from "../../api/translate";
import { changeView, listedTags, shownRuns, viewed } from "../../state/state";

/** Runs beyond so many tell no more of where a stretch begins and ends. */
const MOST_RUNS = 100;

export async function changeAxis(to: Axis): Promise<void> {
  const from = viewed.axis;
  const range = viewed.zoom[from];
  const tag = listedTags.value[0];
  // A place that is marked is one of the axis it was marked on.
  changeView({ axis: to, fixedCursor: null });
  if (range === null || tag === undefined || from === "tag" || to === "tag" || viewed.zoom[to] !== null)
    return;
  const having = new Set(tag.runs);
  const runs = shownRuns.value.filter((run) => having.has(run.id)).slice(0, MOST_RUNS);
  try {
    const translated = await fetchTranslation({
      ...{ tag: tag.id, runs: runs.map((run) => run.id) },
      ...{ from, to, range },
    });
    // Meanwhile the user may have gone on.
    if (
      translated === null ||
      translated[0] === translated[1] ||
      viewed.axis !== to ||
      viewed.zoom[to] !== null
    )
      return;
    changeView({ zoom: { ...viewed.zoom, [to]: translated } });
  } catch {
    // Without an answer the whole axis is shown.
  }
}
