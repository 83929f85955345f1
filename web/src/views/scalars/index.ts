/** The scalars view: curves of tags over steps or time. */

import { effect } from "@preact/signals";
import { currentView } from "../../state/page";
import { placeFields } from "../../state/place";
import { scalarTags } from "../../state/server";
import { subjects } from "../../state/subject";
import { stepsOfAll } from "../steps/recorded_steps";
import { goOn, subjectKey } from "../steps/subject_links";
import { focusTagFilter } from "../steps/tag_filter";
import { stepKeys, timelineOf } from "../steps/timeline";
import type { View } from "../view";
import { isDefinitionKey } from "./chart_definitions";
import { changeCharts, chartFields, isZoomed, resetZoom } from "./chart_link";
import { Details } from "./details";
import { followDetails } from "./details_data";
import { followTags } from "./details_tags";
import { startLogNotes } from "./log_notes";
import { followPointer } from "./resting";
import { ScalarsView } from "./scalars_view";
import { Toolbar } from "./toolbar";
import { tooltip } from "./tooltip_state";
import "uplot/dist/uPlot.min.css";
import "./charts.css";
import "./details.css";

startLogNotes();
followPointer();
followDetails();
followTags();
// The details are of a place: without one they are closed, and stay so when another view fixes one.
effect(() => {
  if (placeFields.place === null && chartFields.detailed !== null) changeCharts({ detailed: null });
});

function stepBack(): boolean {
  if (chartFields.expanded !== null) changeCharts({ expanded: null });
  else if (isZoomed()) resetZoom();
  else return false;
  return true;
}

/** From the chart that is pointed at to the same subject's data of other kinds, and to the step that a click would fix. */
async function goFromChart(): Promise<void> {
  const content = tooltip.peek();
  if (content === null) {
    subjectKey.run();
    return;
  }
  const from = currentView.peek();
  const subject = subjects.peek().common(content.chart.tags.map((tag) => tag.name));
  const place = placeFields.place === null ? { axis: content.axis, x: await content.pick() } : null;
  // Where it was recorded is asked for: the user may have gone elsewhere.
  if (currentView.peek() === from) goOn(subject, place);
}

function missingTags(): string[] {
  const { pins, detailed, expanded } = chartFields;
  const { axis, xTag } = placeFields;
  const known = new Set(scalarTags.value.map((tag) => tag.name));
  const keys = [...pins, detailed, expanded].filter(
    (key) => key !== null && !isDefinitionKey(key),
  ) as string[];
  if (axis === "tag" && xTag !== "") keys.push(xTag);
  return keys.filter((name) => !known.has(name));
}

export const view: View = {
  Toolbar,
  // Of the other kinds of data: a curve has a point nearly everywhere.
  Timeline: timelineOf(stepsOfAll),
  Content: ScalarsView,
  Details,
  keys: [
    { key: "/", what: "filter tags", run: focusTagFilter },
    {
      key: "f",
      what: "make the chart that is pointed at large, or small again",
      run: () =>
        changeCharts({ expanded: chartFields.expanded === null ? (tooltip.value?.chart.key ?? null) : null }),
    },
    { key: "r", what: "show the whole range of all charts", run: resetZoom },
    ...stepKeys(stepsOfAll, () => void goFromChart()),
  ],
  help: [
    {
      title: "Pointer",
      rows: [
        ["drag in a chart", "zoom into that range of x, in all charts"],
        ["Shift-drag in a chart", "zoom into that range of x, and of y in this chart"],
        ["Ctrl or ⌘ and wheel", "zoom x about the pointer"],
        ["double click in a chart", "show the whole range"],
        ["click in a chart", "pin the step: the panel on the right lists every run's value there"],
        ["one finger, two fingers", "read values, zoom x"],
      ],
    },
    {
      title: "In a chart that Tab has led to",
      rows: [
        ["← →", "point before, next point; with Shift, ten of them"],
        ["Home, End", "first point, last point"],
        ["↑ ↓", "curve above, curve below"],
        ["Enter", "pin the step: the panel on the right lists every run's value there"],
        ["+ −", "zoom x about the point"],
      ],
    },
  ],
  empty: {
    what: "scalars",
    promise: "Each tag becomes a chart here.",
    line: 'writer.add_scalar("train/loss", loss, step)',
  },
  stepBack,
  missingTags,
};
