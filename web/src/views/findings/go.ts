/** The ways from a finding to where it can be seen: its row in the layers, and its charts. */

import { batch } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import type { Finding } from "../../api/findings";
import { moduleOfRow } from "../../api/layers";
import { changeRuns, runsFields } from "../../runs/runs_link";
import { isShown, onlyThis } from "../../runs/selection";
import { rules } from "../../state/findings";
import { destinationsOf, goTo } from "../../state/going";
import { kindViews } from "../../state/page";
import { changePlace } from "../../state/place";
import { allTags } from "../../state/server";

export interface Way {
  /** Of the view. */
  title: string;
  view: string;
  go(): void;
}

/** The view that shows the statistics of layers, and the kind of data that they are. */
const LAYERS = "layers";
const WATCH = "cutaway_watch";
/** What is read, and not looked at beside a layer. */
const NO_CHARTS: ReadonlySet<string> = new Set([LAYERS, "text"]);

/** Where a finding can be seen: the layers first, if its rows are some; then the views that have something of it. */
export function waysOf(finding: Finding, run: Run): Way[] {
  const { rows, kind, first_step } = finding;
  if (rows.length === 0) return [];
  const layers = kindViews.value.find(({ view }) => view === LAYERS);
  const fragment = layers && fragmentOfLayers(finding, run, allTags.value, location.hash);
  const subject = kind === "activation" ? moduleOfRow(rows[0], kind) : rows[0];
  const others = destinationsOf(subject).filter(
    ({ view, nearest }) => !NO_CHARTS.has(view) && nearest !== "",
  );
  return [
    ...(layers && fragment
      ? [
          {
            title: layers.title,
            view: LAYERS,
            go: () => {
              location.hash = fragment;
            },
          },
        ]
      : []),
    ...others.map((to) => ({
      title: to.title,
      view: to.view,
      go: () =>
        batch(() => {
          if (!isShown(runsFields.selection, run.name))
            changeRuns({ selection: onlyThis(runsFields.selection, run.name) });
          changePlace({ place: { axis: "step", x: first_step } });
          goTo(to, to.nearest);
        }),
    })),
  ];
}

/** The link of the layers view at the first row, on top of a link; null where no watch of the run has such rows.
 *  Of a loss the first row is a tag, and behind it are the layers that moved. */
export function fragmentOfLayers(
  { rows, kind, rule, first_step }: Finding,
  run: Run,
  tags: readonly Tag[],
  link: string,
): string | null {
  const known = tags.filter((tag) => tag.kind === WATCH && tag.runs.includes(run.id));
  // Rows that have changed have another tag: watch/gradient~2.
  const names = known.map(({ name }) => name.replace(/~\d+$/u, ""));
  const series = names.find((name) => kind !== "" && name.split("/").at(-1) === kind);
  const row = rows.find((each) => !tags.some(({ kind, name }) => kind === "scalars" && name === each));
  if (series === undefined || row === undefined) return null;
  const parameters = new URLSearchParams(link.replace(/^#/u, ""));
  parameters.set("view", LAYERS);
  parameters.set("at", `step:${first_step}`);
  parameters.set("layers-run", run.name);
  parameters.set("layers-kind", series);
  parameters.set("layers-row", row);
  parameters.set("layers-statistic", rules.value.get(rule)?.statistic ?? "rms");
  // A range may leave the step out, and a subject leads to other rows.
  parameters.delete("layers-range");
  parameters.delete("subject");
  return parameters.toString();
}
