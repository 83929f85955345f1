/** A chart's menu: take its points, its picture or its Python away, type its ranges, change its definition. */

import { useSignal } from "@preact/signals";
import type { Run } from "../../api/catalogue";
import { save } from "../../kit/download";
import { runsFields } from "../../runs/runs_link";
import type { Axis } from "../../series/axis";
import { catalogue } from "../../state/server";
import { SubjectLinks } from "../steps/subject_links";
import type { Chart } from "./chart_definitions";
import { changeCharts, chartFields, setOwnRange } from "./chart_link";
import { editedDefinition } from "./definition_editor";
import { pythonOf, seriesAddress, type Which } from "./export_links";
import { RangeFields } from "./range_fields";

interface ChartMenuProps {
  chart: Chart;
  axis: Axis | null;
  runs: readonly Run[];
  picture: () => HTMLCanvasElement | null;
  /** The same as an SVG document. */
  svg: () => string | null;
  /** The drawn points, as CSV. */
  table: () => NamedTable;
}

export interface NamedTable {
  name: string;
  text: string;
}

/** The points that are drawn. */
function which(): Which {
  return { hasSuperseded: chartFields.hasSuperseded, attempts: runsFields.attempts };
}

export function ChartMenu({ chart, axis, runs, picture, svg, table }: ChartMenuProps) {
  const said = useSignal("");
  const isOpen = useSignal(false);
  const close = (event: Event): void => {
    (event.currentTarget as HTMLElement).closest("details")?.removeAttribute("open");
  };
  const savePicture = (event: Event): void => {
    close(event);
    picture()?.toBlob((blob) => {
      if (blob !== null) save(blob, `${chart.title}.png`);
    });
  };
  const copy = async (): Promise<void> => {
    const names = runs.map((run) => run.name);
    const tags = chart.tags.map((tag) => tag.name);
    try {
      const path = catalogue.value?.logdir.path ?? "";
      await navigator.clipboard.writeText(pythonOf(path, tags, names, which()));
      said.value = "copied";
    } catch {
      said.value = "the browser does not allow it";
    }
  };
  const isSeveral = chart.tags.length > 1;
  return (
    <details
      class="menu"
      name="chart-menu"
      data-testid="chart-menu"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
        said.value = "";
      }}
    >
      <summary aria-label={`Take away ${chart.title}, and more`} title="Ranges, CSV, JSON, picture, Python">
        ⋯
      </summary>
      {/* Links that name a thousand runs are made when somebody wants them. */}
      {isOpen.value && (
        <div class="menu-body">
          <RangeFields chart={chart} axis={axis} />
          <SubjectLinks names={chart.tags.map((tag) => tag.name)} onGo={close} />
          <button
            type="button"
            onClick={(event) => {
              close(event);
              const { name, text } = table();
              save(new Blob([text], { type: "text/csv" }), name);
            }}
          >
            CSV, as on screen
          </button>
          {chart.tags.map((tag) => (
            <a key={tag.name} href={seriesAddress(tag, runs, "csv", which())} download onClick={close}>
              CSV, every point{isSeveral && ` of ${tag.name}`}
            </a>
          ))}
          {chart.tags.map((tag) => (
            <a key={tag.name} href={seriesAddress(tag, runs, "json", which())} download onClick={close}>
              JSON, every point{isSeveral && ` of ${tag.name}`}
            </a>
          ))}
          <button type="button" onClick={savePicture}>
            PNG, as on screen
          </button>
          <button
            type="button"
            onClick={(event) => {
              close(event);
              const drawn = svg();
              if (drawn !== null) save(new Blob([drawn], { type: "image/svg+xml" }), `${chart.title}.svg`);
            }}
          >
            SVG, as on screen
          </button>
          <button type="button" onClick={() => void copy()}>
            Copy as Python
            {said.value !== "" && <span class="quiet"> {said.value}</span>}
          </button>
          {chart.definition !== null && (
            <>
              <button
                type="button"
                onClick={(event) => {
                  close(event);
                  editedDefinition.value = { definition: chart.definition, isNew: false };
                }}
              >
                Change this chart…
              </button>
              <button
                type="button"
                onClick={() => {
                  const { definitions, pins } = chartFields;
                  setOwnRange(chart.key, { x: null, y: null });
                  changeCharts({
                    definitions: definitions.filter((definition) => definition !== chart.definition),
                    pins: pins.filter((key) => key !== chart.key),
                  });
                }}
              >
                Remove this chart
              </button>
            </>
          )}
        </div>
      )}
    </details>
  );
}
