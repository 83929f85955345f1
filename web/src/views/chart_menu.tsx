/** What can be done with a chart: take its points, its picture or its Python away, type its ranges, change its plan. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Run } from "../api/catalogue";
import type { Axis, Range } from "../api/scalars";
import { save } from "../app/download";
import type { Chart } from "../app/plans";
import { catalogue, changeView, setOwnRange, viewed } from "../app/state";
import { decodeRange } from "../app/url_state";
import { editedPlan } from "./plan_editor";
import { pythonOf, seriesAddress } from "./take_away";

interface ChartMenuProps {
  chart: Chart;
  axis: Axis | null;
  runs: readonly Run[];
  picture: () => HTMLCanvasElement | null;
  /** The same as an SVG document. */
  svg: () => string | null;
}

export function ChartMenu({ chart, axis, runs, picture, svg }: ChartMenuProps) {
  const said = useSignal("");
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
      await navigator.clipboard.writeText(pythonOf(catalogue.value?.logdir.path ?? "", tags, names));
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
      onToggle={() => {
        said.value = "";
      }}
    >
      <summary aria-label={`Take away ${chart.title}, and more`} title="Ranges, CSV, JSON, picture, Python">
        ⋯
      </summary>
      <div class="menu-body">
        <Ranges chart={chart} axis={axis} />
        {chart.tags.map((tag) => (
          <a key={tag.name} href={seriesAddress(tag, runs, "csv")} download onClick={close}>
            CSV, every point{isSeveral && ` of ${tag.name}`}
          </a>
        ))}
        {chart.tags.map((tag) => (
          <a key={tag.name} href={seriesAddress(tag, runs, "json")} download onClick={close}>
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
        {chart.plan !== null && (
          <>
            <button
              type="button"
              onClick={(event) => {
                close(event);
                editedPlan.value = { plan: chart.plan, isNew: false };
              }}
            >
              Change this chart…
            </button>
            <button
              type="button"
              onClick={() => {
                const { plans, pins } = viewed;
                changeView({
                  plans: plans.filter((plan) => plan !== chart.plan),
                  pins: pins.filter((key) => key !== chart.key),
                });
              }}
            >
              Remove this chart
            </button>
          </>
        )}
      </div>
    </details>
  );
}

/** Ranges that are typed: of x in all charts or this one, as zooming has it; of y in this one. */
function Ranges({ chart, axis }: { chart: Chart; axis: Axis | null }) {
  const own = viewed.ranges.get(chart.key);
  const shared = axis === null ? null : viewed.zoom[axis];
  return (
    <form class="ranges" onSubmit={(event) => event.preventDefault()}>
      {axis !== null && axis !== "wall" && (
        <RangeField
          label="x"
          title={`The range of x in this chart, in ${axis === "relative" ? "seconds" : "units of the axis"}; empty for all`}
          range={own?.x?.axis === axis ? own.x.range : shared}
          onChange={(range) => setOwnRange(chart.key, { x: range === null ? null : { axis, range } })}
        />
      )}
      <RangeField
        label="y"
        title="The range of y in this chart; empty for all there is"
        range={own?.y ?? null}
        onChange={(range) => setOwnRange(chart.key, { y: range })}
      />
    </form>
  );
}

function RangeField({
  label,
  title,
  range,
  onChange,
}: {
  label: string;
  title: string;
  range: Range | null;
  onChange: (range: Range | null) => void;
}) {
  const isWrong = useSignal(false);
  const fieldset = useRef<HTMLFieldSetElement>(null);
  const [low, high] = range ?? ["", ""];
  const fields = (): HTMLInputElement[] => [...(fieldset.current?.querySelectorAll("input") ?? [])];
  // Set from outside only when the range is another: what is being typed stays while the page redraws.
  useEffect(() => {
    isWrong.value = false;
    for (const [i, field] of fields().entries()) field.value = String([low, high][i]);
  }, [low, high]);
  const take = (): void => {
    const [from, to] = fields().map((field) => field.value.trim());
    const typed = decodeRange(`${from},${to}`);
    isWrong.value = typed === null && (from !== "" || to !== "");
    if (!isWrong.value) onChange(typed);
  };
  return (
    <fieldset
      ref={fieldset}
      class={isWrong.value ? "is-wrong" : ""}
      title={isWrong.value ? "Two numbers, the smaller one first" : title}
    >
      <legend>{label}</legend>
      <input aria-label={`${label} from`} placeholder="from" onChange={take} />
      <input aria-label={`${label} to`} placeholder="to" onChange={take} />
    </fieldset>
  );
}
