/** In a large card: all figures of every run at one threshold, and a slider for it. */

import { formatValue } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { shortName } from "../../runs/short_names";
import { RecordedStep } from "../steps/recorded_step";
import type { RunCurve } from "./card_curves";
import { bestF1, figuresAt, nearestIndex, prevalence } from "./curve";
import { figureCells, shareText } from "./figures_text";
import { changePr, prFields } from "./pr_link";

const COLUMNS = [
  ...["AP", "ROC area", "positives", "threshold", "TP", "FP", "TN", "FN"],
  ...["precision", "recall", "F1", "FPR"],
];

export function ThresholdTable({ curves }: { curves: readonly RunCurve[] }) {
  const { threshold } = prFields;
  const most = Math.max(2, ...curves.map(({ curve }) => curve?.recall.length ?? 0));
  return (
    <div class="pr-threshold">
      <div class="large-bar">
        <label class="choice">
          threshold
          <input
            type="range"
            data-testid="threshold"
            min={0}
            max={1}
            step={1 / (most - 1)}
            value={threshold ?? 0.5}
            onInput={(event) => changePr({ threshold: event.currentTarget.valueAsNumber })}
          />
          <output>{threshold === null ? "of the highest F1" : formatValue(threshold, 4)}</output>
        </label>
        <span class="quiet">
          {threshold === null
            ? "Each run at its own best threshold. A click on a curve, or the slider, gives all of them the same."
            : "Each run at its recorded threshold that is nearest."}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls. */}
      <section class="pr-table" tabIndex={0} aria-label="Figures at one threshold">
        <table data-testid="pr-table">
          <thead>
            <tr>
              {["run", "step", ...COLUMNS].map((name) => (
                <th key={name} scope="col" title={TITLES[name]}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {curves.map((each) => (
              <Row key={each.run.name} each={each} threshold={threshold} />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

const TITLES: Record<string, string> = {
  AP: "Average precision: the area below the steps of precision over recall",
  "ROC area": "The area below the ROC",
  positives: "The share of positives among all samples",
  threshold: "A sample whose score is at least this is predicted to be positive",
  FPR: "False-positive rate: FP / (FP + TN)",
};

function Row({ each, threshold }: { each: RunCurve; threshold: number | null }) {
  const { run, style, curve, step, wallTime, note } = each;
  const index = curve === null ? null : threshold === null ? bestF1(curve) : nearestIndex(curve, threshold);
  const cells =
    curve === null || index === null
      ? null
      : {
          ...{ AP: shareText(curve.averagePrecision), "ROC area": shareText(curve.rocAuc) },
          ...{ positives: shareText(prevalence(curve)), ...figureCells(figuresAt(curve, index)) },
        };
  return (
    <tr data-run={run.name}>
      <th scope="row" title={run.name}>
        <Swatch style={style} /> {shortName(run.name)}
      </th>
      <td>{step !== null && <RecordedStep step={step} wallTime={wallTime} />}</td>
      {cells === null ? (
        <td colSpan={COLUMNS.length} class="warning-text">
          {note}
        </td>
      ) : (
        Object.entries(cells).map(([name, text]) => (
          <td key={name} data-figure={name}>
            {text}
          </td>
        ))
      )}
    </tr>
  );
}
