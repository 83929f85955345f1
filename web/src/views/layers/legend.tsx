/** What the colours mean, what is wrong and since when, and what of the watch is damaged. */

import { formatStep, plural } from "../../kit/format";
import { gradientOf, valueAt } from "./colours";
import { layersFields } from "./layers_link";
import { series } from "./layers_state";
import { faultsOf } from "./map_picture";
import { fitColours, isOutgrown, limits, type ShownMap, shownMap } from "./map_state";
import { formatStatistic, statisticNamed, titleOf } from "./statistics";

export function Legend() {
  const shown = shownMap.value;
  if (shown === null) return null;
  const { statistic, against, kind } = shown.asked;
  const { colouring } = statisticNamed(statistic);
  const { low, high } = limits.value;
  const end = (at: number): string =>
    against === "median"
      ? `${formatStatistic("rms", 10 ** at)}×`
      : formatStatistic(statistic, valueAt(at, colouring, against));
  const { zeros, nans, infinities } = countsOf(shown);
  const damaged = series.value?.damaged ?? 0;
  return (
    <footer class="layers-legend" data-testid="layers-legend">
      <span class="layers-scale" title={statisticNamed(statistic).what}>
        {against === "median"
          ? `${titleOf(statistic, kind)} against each row's own median`
          : titleOf(statistic, kind)}{" "}
        {end(low)}
        <i class="layers-gradient" style={{ background: gradientOf(limits.value) }} />
        {end(high)}
        {colouring !== "share" && " log"}
        {layersFields.cell === "worst" ? ", worst in a cell" : ", mean in a cell"}
      </span>
      {isOutgrown.value && (
        <button
          type="button"
          class="chip"
          data-testid="layers-fit"
          title="The colours stay while a run grows: find their limits anew"
          onClick={fitColours}
        >
          fit colours
        </button>
      )}
      {nans.lines > 0 && (
        <span class="layers-key" data-testid="layers-nan" title="Magenta, and a square at the right edge">
          <i class="is-nan" /> {plural(nans.lines, "line")} with NaN, from step {formatStep(nans.from)}
        </span>
      )}
      {infinities.lines > 0 && (
        <span
          class="layers-key"
          data-testid="layers-inf"
          title="Cyan with a notch, and a triangle at the right edge"
        >
          <i class="is-infinite" /> {plural(infinities.lines, "line")} with Inf, from step{" "}
          {formatStep(infinities.from)}
        </span>
      )}
      {zeros > 0 && (
        <span class="layers-key" title="All elements that were measured are exactly 0">
          <i class="is-zero" /> {plural(zeros, "line")} exactly 0 somewhere
        </span>
      )}
      <span class="space" />
      {damaged > 0 && <span class="warning-text">{plural(damaged, "record")} cannot be read</span>}
      {series.value !== null && !series.value.exact_extremes && (
        <span class="quiet" title="Least, greatest, NaN and Inf are those of a sample of each tensor">
          extremes of a sample
        </span>
      )}
    </footer>
  );
}

/** How many lines have something, and the first step of it. */
interface Counted {
  lines: number;
  from: number;
}

function countsOf({ map }: ShownMap): { zeros: number; nans: Counted; infinities: Counted } {
  const none = { lines: 0, from: Number.POSITIVE_INFINITY };
  const found = { zeros: 0, nans: { ...none }, infinities: { ...none } };
  for (let row = 0; row < map.rows; row++) {
    const { firstNan, firstInfinity, hasZero } = faultsOf(map, row);
    if (hasZero) found.zeros++;
    for (const [counted, first] of [
      [found.nans, firstNan],
      [found.infinities, firstInfinity],
    ] as const) {
      if (first === null) continue;
      counted.lines++;
      counted.from = Math.min(counted.from, map.first[first]);
    }
  }
  return found;
}
