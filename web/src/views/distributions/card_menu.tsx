/** A card's menu: take its picture and its numbers away. */

import { useSignal } from "@preact/signals";
import type { Tag } from "../../api/catalogue";
import { fetchHistograms } from "../../api/histograms";
import { type NamedPanel, pictureOf, svgOf } from "../../charts/panel_picture";
import type { FrameColours } from "../../kit/colour";
import { save } from "../../kit/download";
import { shownRuns } from "../../runs/listed_runs";
import { SubjectLinks } from "../steps/subject_links";
import { placedCsv, type RecordedRows, recordedCsv } from "./distribution_csv";
import { placedJson } from "./distribution_json";
import { histogramTags } from "./distribution_values";
import type { RunHistograms } from "./panel";

/** As many as the server sends. */
const MOST = 2000;

interface CardMenuProps {
  tag: Tag;
  runs: readonly RunHistograms[];
  panels: readonly NamedPanel[];
  width: number;
  colours: FrameColours;
}

export function CardMenu({ tag, runs, panels, width, colours }: CardMenuProps) {
  const said = useSignal("");
  const isOpen = useSignal(false);
  const name = histogramTags.nameOf(tag.name);
  const close = (event: Event): void => {
    (event.currentTarget as HTMLElement).closest("details")?.removeAttribute("open");
  };
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
      said.value = ` ${error instanceof Error ? error.message : error}`;
    }
  };
  return (
    <details
      class="menu"
      name="distribution-menu"
      data-testid="distribution-menu"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary aria-label={`Take away ${name}`} title="CSV, JSON, picture">
        ⋯
      </summary>
      <div class="menu-body">
        {isOpen.value && <SubjectLinks names={[tag.name]} onGo={close} />}
        <button
          type="button"
          onClick={(event) => {
            close(event);
            saveText(recordedCsv(runs), "-on-screen.csv", "text/csv");
          }}
        >
          CSV, as on screen
        </button>
        <button
          type="button"
          onClick={(event) => {
            close(event);
            saveText(placedCsv(runs), "-one-step.csv", "text/csv");
          }}
        >
          CSV, recorded bins at this step
        </button>
        <button
          type="button"
          onClick={(event) => {
            close(event);
            saveText(placedJson(runs), "-one-step.json", "application/json");
          }}
        >
          JSON, all that was recorded at this step
        </button>
        <button type="button" onClick={() => void saveRecorded()}>
          CSV, recorded bins of every step
          {said.value !== "" && <span class="quiet">{said.value}</span>}
        </button>
        <button
          type="button"
          onClick={(event) => {
            close(event);
            pictureOf(name, panels, width, colours, 2).toBlob((blob) => {
              if (blob !== null) save(blob, `${name}.png`);
            });
          }}
        >
          PNG, as on screen
        </button>
        <button
          type="button"
          onClick={(event) => {
            close(event);
            saveText(svgOf(name, panels, width, colours), ".svg", "image/svg+xml");
          }}
        >
          SVG, as on screen
        </button>
      </div>
    </details>
  );
}
