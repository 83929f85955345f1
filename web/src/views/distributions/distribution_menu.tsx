/** A card's menu: take its picture and its numbers away. */

import { useSignal } from "@preact/signals";
import type { Tag } from "../../api/catalogue";
import { fetchHistograms } from "../../api/histograms";
import type { NamedPanel } from "../../charts/panel_picture";
import type { FrameColours } from "../../kit/colour";
import { save } from "../../kit/download";
import { reasonOf } from "../../kit/reason";
import { shownRuns } from "../../runs/listed_runs";
import { CardMenu, closeMenu } from "../steps/card_menu";
import { PictureButtons } from "../steps/picture_buttons";
import { placedCsv, type RecordedRows, recordedCsv } from "./distribution_csv";
import { placedJson } from "./distribution_json";
import { histogramTags } from "./distribution_values";
import type { RunHistograms } from "./panel";

/** As many as the server sends. */
const MOST = 2000;

interface DistributionMenuProps {
  tag: Tag;
  runs: readonly RunHistograms[];
  panels: readonly NamedPanel[];
  width: number;
  colours: FrameColours;
}

export function DistributionMenu({ tag, runs, panels, width, colours }: DistributionMenuProps) {
  const said = useSignal("");
  const name = histogramTags.nameOf(tag.name);
  const saveText = (text: string, ending: string, type: string): void =>
    save(new Blob([text], { type }), `${name}${ending}`);
  const saveRecorded = async (): Promise<void> => {
    const ids = new Map(shownRuns.peek().map((run) => [run.name, run.id]));
    said.value = " reading";
    try {
      const all: RecordedRows[] = [];
      for (const run of runs) {
        const id = ids.get(run.name);
        if (id === undefined) continue;
        const rows = await fetchHistograms({ tag: tag.id, run: id, most: MOST, bins: null, from: 0 });
        all.push({ name: run.name, rows });
      }
      saveText(recordedCsv(all), "-recorded.csv", "text/csv");
      const rest = all.some(({ rows }) => rows.values > rows.row.length + rows.damagedCount);
      said.value = rest ? ` ${MOST.toLocaleString("en")} steps of each run` : "";
    } catch (error) {
      said.value = ` ${reasonOf(error)}`;
    }
  };
  return (
    <CardMenu
      name={tag.name}
      label={`Take away ${name}`}
      title="CSV, JSON, picture"
      testId="distribution-menu"
    >
      <button
        type="button"
        onClick={(event) => {
          closeMenu(event);
          saveText(recordedCsv(runs), "-on-screen.csv", "text/csv");
        }}
      >
        CSV, as on screen
      </button>
      <button
        type="button"
        onClick={(event) => {
          closeMenu(event);
          saveText(placedCsv(runs), "-one-step.csv", "text/csv");
        }}
      >
        CSV, recorded bins at this step
      </button>
      <button
        type="button"
        onClick={(event) => {
          closeMenu(event);
          saveText(placedJson(runs), "-one-step.json", "application/json");
        }}
      >
        JSON, all that was recorded at this step
      </button>
      <button type="button" onClick={() => void saveRecorded()}>
        CSV, recorded bins of every step
        {said.value !== "" && <span class="quiet">{said.value}</span>}
      </button>
      <PictureButtons name={name} panels={panels} width={width} colours={colours} />
    </CardMenu>
  );
}
