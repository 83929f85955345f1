/** The statistics of one step: a row for each run. */

import type { Run, Tag } from "../../api/catalogue";
import { formatStep, formatValue } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { shortName } from "../../runs/short_names";
import { styleOfRun } from "../../runs/styles";
import { placedIn } from "./card_runs";
import { countAtZero, type Figure, type Histogram, SHARES, statisticsOf } from "./histogram";
import { formatNumberOf } from "./tooltip";

/** Exact zeros in words: known, or at most as many as the bins of 0 hold. */
export function zerosOf(histogram: Histogram): string {
  if (histogram.zeros !== null) return formatNumberOf(histogram.zeros);
  return `≤ ${formatNumberOf(countAtZero(histogram))}`;
}

function figure(of: Figure | null): string {
  if (of === null) return "";
  return `${of.isExact ? "" : "≈ "}${formatValue(of.value)}`;
}

const COLUMNS = [
  ...["run", "step", "count", "mean", "std. dev.", "min"],
  ...SHARES.map((share) => `${share * 100} %`),
  ...["max", "zeros", "NaN", "+Inf", "−Inf"],
];

export function Statistics({ tag, runs }: { tag: Tag; runs: readonly Run[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls.
    <section class="distribution-statistics" tabIndex={0} aria-label="Statistics of one step">
      <table data-testid="distribution-statistics">
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row key={run.name} tag={tag} run={run} />
          ))}
        </tbody>
      </table>
      <p class="quiet">
        ≈ is taken from the bins, as percentiles are; ≤ is what the bins at 0 hold, where the file does not
        count zeros.
      </p>
    </section>
  );
}

function Row({ tag, run }: { tag: Tag; run: Run }) {
  const at = placedIn(tag, run);
  const name = (
    <th scope="row" title={run.name}>
      <Swatch style={styleOfRun(run)} /> {shortName(run.name)}
    </th>
  );
  if (at === null || at.histogram === null || at.histogram.isNotFinite) {
    const why = at === null ? "nothing was recorded up to here" : at.problem || "not finite, number unknown";
    return (
      <tr data-run={run.name}>
        {name}
        <td>{at === null ? "" : formatStep(at.step)}</td>
        <td colSpan={COLUMNS.length - 2} class="warning-text">
          {why}
        </td>
      </tr>
    );
  }
  const { histogram, step } = at;
  const { count, mean, deviation, min, max, quantiles } = statisticsOf(histogram);
  const cells: Record<string, string> = {
    ...{ step: formatStep(step), count: formatNumberOf(count) },
    ...{ mean: figure(mean), deviation: figure(deviation), min: figure(min) },
    ...Object.fromEntries(SHARES.map((share, i) => [`p${share}`, formatQuantile(quantiles[i])])),
    ...{ max: figure(max), zeros: zerosOf(histogram), nan: formatNumberOf(histogram.nan) },
    ...{ posInf: formatNumberOf(histogram.posInf), negInf: formatNumberOf(histogram.negInf) },
  };
  return (
    <tr data-run={run.name}>
      {name}
      {Object.entries(cells).map(([key, text]) => (
        <td key={key} data-figure={key}>
          {text}
        </td>
      ))}
    </tr>
  );
}

function formatQuantile(value: number | undefined): string {
  return value === undefined ? "" : formatValue(value, 4);
}
