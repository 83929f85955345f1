/** Which run is under the pointer in a plot, and its values on the axes. */

import { signal } from "@preact/signals";
import { PointerTooltip } from "../../kit/pointer_tooltip";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import { metricAxis, type PlottedRun, plotAxes } from "./plotted";

export interface TooltipContent {
  run: PlottedRun;
  /** Places of axes; empty for all. */
  axes: readonly number[];
  clientX: number;
  clientY: number;
}

export const tooltip = signal<TooltipContent | null>(null);

export function Tooltip() {
  const content = tooltip.value;
  if (content === null) return null;
  const { run, axes, clientX, clientY } = content;
  const all = plotAxes.value.map((axis, place) => ({ ...axis, place }));
  // The metric is what one looks for.
  const metric = all.filter(({ axis }) => axis === metricAxis.value?.axis);
  const others = all.filter((each) => !metric.includes(each));
  const shown = [...metric, ...others.filter(({ place }) => axes.length === 0 || axes.includes(place))];
  return (
    <PointerTooltip name="plot-tooltip" clientX={clientX} clientY={clientY}>
      <p class="plot-tooltip-name">
        <Swatch style={run.style} />
        <CutName name={run.label} />
      </p>
      <table>
        {shown.map(({ name, place }) => (
          <tr key={place}>
            <td class="quiet">{name}</td>
            <td>{run.texts[place]}</td>
          </tr>
        ))}
      </table>
    </PointerTooltip>
  );
}
