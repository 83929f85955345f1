/** Ranges that are typed: of x in all charts or this one, as zooming has it; of y in this one. */

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Axis, Range } from "../../series/axis";
import type { Chart } from "./chart_definitions";
import { chartFields, setOwnRange } from "./chart_link";
import { boundText, readRange } from "./range_text";

const UNITS: Record<Axis, string> = {
  step: "in steps",
  aligned: "in steps from the run's first on",
  relative: "in seconds",
  training: "in seconds",
  wall: "as 2026-01-31 12:30:00",
  tag: "in units of the axis",
};

export function RangeFields({ chart, axis }: { chart: Chart; axis: Axis | null }) {
  const own = chartFields.ranges.get(chart.key);
  const shared = axis === null ? null : chartFields.zoom[axis];
  return (
    <form class="ranges" onSubmit={(event) => event.preventDefault()}>
      {axis !== null && (
        <RangeField
          label="x"
          title={`The range of x in this chart, ${UNITS[axis]}; empty for all`}
          axis={axis}
          range={own?.x?.axis === axis ? own.x.range : shared}
          onChange={(range) => setOwnRange(chart.key, { x: range === null ? null : { axis, range } })}
        />
      )}
      <RangeField
        label="y"
        title="The range of y in this chart; empty for all there is"
        axis="tag"
        range={own?.y ?? null}
        onChange={(range) => setOwnRange(chart.key, { y: range })}
      />
    </form>
  );
}

interface RangeFieldProps {
  label: string;
  title: string;
  axis: Axis;
  range: Range | null;
  onChange: (range: Range | null) => void;
}

function RangeField({ label, title, axis, range, onChange }: RangeFieldProps) {
  const isWrong = useSignal(false);
  const fieldset = useRef<HTMLFieldSetElement>(null);
  const [low, high] = range?.map((bound) => boundText(bound, axis)) ?? ["", ""];
  const fields = (): HTMLInputElement[] => [...(fieldset.current?.querySelectorAll("input") ?? [])];
  // Set from outside only when the range is another: typed text stays while the page redraws.
  useLayoutEffect(() => {
    isWrong.value = false;
    for (const [i, field] of fields().entries()) field.value = [low, high][i];
  }, [low, high]);
  const take = (): void => {
    const [from, to] = fields().map((field) => field.value.trim());
    const typed = readRange(from, to, axis, range);
    isWrong.value = typed === null && (from !== "" || to !== "");
    if (!isWrong.value) onChange(typed);
  };
  const isTime = axis === "wall";
  const wanted = isTime
    ? "Two times as 2026-01-31 12:30:00, the earlier one first"
    : "Two numbers, the smaller one first";
  return (
    <fieldset
      ref={fieldset}
      class={`${isTime ? "is-time" : ""} ${isWrong.value ? "is-wrong" : ""}`}
      title={isWrong.value ? wanted : title}
    >
      <legend>{label}</legend>
      <input aria-label={`${label} from`} placeholder="from" onChange={take} />
      <input aria-label={`${label} to`} placeholder="to" onChange={take} />
    </fieldset>
  );
}
