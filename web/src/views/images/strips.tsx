/** Filmstrips: every recorded step of each run, a row a run, with equal steps below each other. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Run, Tag } from "../../api/catalogue";
import { formatStep } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import { shortName } from "../../runs/short_names";
import { styleOfRun } from "../../runs/styles";
import { emphasising } from "../../state/emphasis";
import { changePlace, placeFields } from "../../state/place";
import { useSight, useSize } from "../cards/use_sight";
import { countUpTo } from "../steps/steps_order";
import { Frame, PictureOrWords, stateOf } from "./image_cell";
import { imageFields, WIDTHS } from "./image_link";
import { images, type Shown, shownAt } from "./image_values";
import { columnsInSight, indicesAt, scrollTo } from "./strip_layout";
import { usePicture } from "./use_picture";

/** What a row has above its pictures, in pixels: they are so much narrower, to be square. */
const HEADS = 18;

export function Strips({ tag, runs }: { tag: Tag; runs: readonly Run[] }) {
  const element = useRef<HTMLDivElement>(null);
  const size = useSize(element);
  const isInSight = useSight(element);
  const scrolled = useSignal(0);
  const asked = useSignal({ tag, runs });
  if (asked.peek().tag !== tag || asked.peek().runs !== runs) asked.value = { tag, runs };
  const steps = useComputed(() => {
    const found = new Set<number>();
    for (const run of asked.value.runs)
      for (const step of images.series(asked.value.tag.name, run.name)?.step ?? []) found.add(Number(step));
    return [...found].sort((one, other) => one - other);
  });
  const columnWidth = WIDTHS[imageFields.size] - HEADS;
  /** The column of the shared place; without one the last. */
  const here = useComputed(() => {
    const { place } = placeFields;
    if (place === null) return steps.value.length - 1;
    return place.axis === "step" ? countUpTo(steps.value, place.x) - 1 : -1;
  });
  const { from, to } = columnsInSight(scrolled.value, size.value.width, columnWidth, steps.value.length);
  useSignalEffect(() => {
    const [column, { width }] = [here.value, size.value];
    if (element.current !== null && column >= 0 && width > 0)
      element.current.scrollLeft = scrollTo(column, element.current.scrollLeft, width, columnWidth);
  });
  const columns = steps.value.slice(from, to);
  return (
    <div
      ref={element}
      class="strips"
      data-testid="strips"
      data-columns={steps.value.length}
      onScroll={(event) => {
        scrolled.value = event.currentTarget.scrollLeft;
      }}
    >
      {runs.map((run) => {
        const series = images.series(tag.name, run.name);
        const indices = indicesAt(columns, series?.step ?? []);
        return (
          <div
            key={run.name}
            class="strip-row"
            style={{ width: `${steps.value.length * columnWidth}px` }}
            {...emphasising(run.name)}
          >
            <span class="strip-label" title={run.name}>
              <Swatch style={styleOfRun(run)} />
              <CutName name={shortName(run.name)} />
            </span>
            {indices.map(
              (index, i) =>
                index !== null && (
                  <StripCell
                    key={`${columns[i]}`}
                    tag={tag}
                    run={run}
                    shown={isInSight.value ? shownAt(tag, run, series, index, 0) : null}
                    step={columns[i]}
                    left={(from + i) * columnWidth}
                    isHere={from + i === here.value}
                  />
                ),
            )}
          </div>
        );
      })}
    </div>
  );
}

interface CellProps {
  tag: Tag;
  run: Run;
  shown: Shown | null;
  step: number;
  left: number;
  isHere: boolean;
}

/** A click makes its step the place of all views. */
function StripCell({ tag, run, shown, step, left, isHere }: CellProps) {
  const wanted = useSignal(shown);
  useEffect(() => {
    if (wanted.peek()?.key !== shown?.key || wanted.peek()?.run !== shown?.run) wanted.value = shown;
  }, [shown, wanted]);
  const state = usePicture(wanted, false).value;
  return (
    <button
      type="button"
      class={isHere ? "strip-cell is-here" : "strip-cell"}
      style={{ left: `${left}px` }}
      title={`Step ${formatStep(step)}: a click makes it the step of all views`}
      data-testid="strip-image"
      data-run={run.name}
      data-step={step}
      data-state={stateOf(state)}
      onClick={() => changePlace({ place: { axis: "step", x: step } })}
    >
      <span class="strip-step">{formatStep(step)}</span>
      <Frame run={run}>
        <PictureOrWords state={state} label={`${tag.name}, ${run.name}`} />
      </Frame>
    </button>
  );
}
