/** What can be taken away from a chart: every point as CSV or JSON, a picture, and the Python that reads it. */

import { useSignal } from "@preact/signals";
import type { Run, Tag } from "../api/catalogue";
import { catalogue } from "../app/state";
import { pythonOf, seriesAddress } from "./take_away";

interface ChartMenuProps {
  tag: Tag;
  runs: readonly Run[];
  /** Draws the chart as it is on screen; null before it is drawn. */
  picture: () => HTMLCanvasElement | null;
}

export function ChartMenu({ tag, runs, picture }: ChartMenuProps) {
  const said = useSignal("");
  const close = (event: Event): void => {
    (event.currentTarget as HTMLElement).closest("details")?.removeAttribute("open");
  };
  const save = (event: Event): void => {
    close(event);
    picture()?.toBlob((blob) => {
      if (blob === null) return;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${tag.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "_")}.png`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  };
  const copy = async (): Promise<void> => {
    const names = runs.map((run) => run.name);
    const code = pythonOf(catalogue.value?.logdir.path ?? "", tag.name, names);
    try {
      await navigator.clipboard.writeText(code);
      said.value = "copied";
    } catch {
      said.value = "the browser does not allow it";
    }
  };
  return (
    <details
      class="menu"
      name="chart-menu"
      data-testid="chart-menu"
      onToggle={() => {
        said.value = "";
      }}
    >
      <summary aria-label={`Take away ${tag.name}`} title="CSV, JSON, picture, Python">
        ⋯
      </summary>
      <div class="menu-body">
        <a href={seriesAddress(tag, runs, "csv")} download onClick={close}>
          CSV, every point
        </a>
        <a href={seriesAddress(tag, runs, "json")} download onClick={close}>
          JSON, every point
        </a>
        <button type="button" onClick={save}>
          PNG, as on screen
        </button>
        <button type="button" onClick={() => void copy()}>
          Copy as Python
          {said.value !== "" && <span class="quiet"> {said.value}</span>}
        </button>
      </div>
    </details>
  );
}
