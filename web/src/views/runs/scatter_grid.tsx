/** Each hyper-parameter against the metric: small plots, those that the metric goes with most closely first. */

import { plural } from "../../kit/format";
import { metricColumn } from "./compared";
import { importances } from "./importances";
import { metricAxis, plotAxes, plottedParameters, plottedRuns } from "./plotted";
import { Scatter } from "./scatter";

export function ScatterGrid() {
  const up = metricAxis.value;
  if (up === null)
    return metricColumn.value === null ? (
      <p class="quiet padded">The log has no scalars: there is no metric to compare with.</p>
    ) : null;
  const axes = plotAxes.value;
  const runs = plottedRuns.value;
  const plots = importances.value.flatMap(({ column, text }) => {
    const place = axes.findIndex(({ axis }) => axis.column === column);
    return place < 0 ? [] : [{ plotAxis: axes[place], place, text }];
  });
  const further = plottedParameters.value.length - plots.length;
  return (
    <section class="scatter-grid" aria-label="Each parameter against the metric" data-testid="scatter-grid">
      <p class="scatter-note" data-testid="scatter-note">
        {up.name} of {plural(runs.length - up.without, "run")}
        {up.without > 0 && ` · ${plural(up.without, "run")} without ${up.name}`}
        {further > 0 && ` · ${plural(further, "further hyper-parameter")}`}
      </p>
      {plots.map(({ plotAxis, place, text }) => (
        <Scatter
          key={plotAxis.axis.column}
          {...{ plotAxis, place, text, runs }}
          up={up}
          upPlace={axes.indexOf(up)}
        />
      ))}
    </section>
  );
}
