/** The runs of a card, with the area below the curve of each, the best first. */

import { formatValue } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { CutName } from "../../runs/cut_name";
import { emphasis, emphasising } from "../../state/emphasis";
import { RecordedStep } from "../steps/recorded_step";
import type { RunCurve } from "./card_curves";
import { areaOf, type CurveForm } from "./curve";

/** Names of so many characters have as many lines as they need; cut in so little room, their ends would look the same. */
const LONGEST = 40;
const WORDS = { pr: "average precision", roc: "area below the ROC" } as const;

export function Legend({ curves, form }: { curves: readonly RunCurve[]; form: CurveForm }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls.
    <section class="pr-legend" tabIndex={0} aria-label={`Runs by ${WORDS[form]}`}>
      <p class="quiet pr-legend-head" title={WORDS[form]}>
        {form === "pr" ? "AP" : "area"}
      </p>
      {curves.map((each) => (
        <Row key={each.run.name} each={each} form={form} />
      ))}
    </section>
  );
}

function Row({ each, form }: { each: RunCurve; form: CurveForm }) {
  const { run, label, style, step, wallTime, area, note, reference } = each;
  const before = reference === null ? null : areaOf(reference, form);
  return (
    <div
      class={emphasis.value === run.name ? "pr-run is-emphasised" : "pr-run"}
      title={run.name}
      data-testid="pr-run"
      data-run={run.name}
      data-step={step ?? ""}
      data-area={area ?? ""}
      {...emphasising(run.name)}
    >
      <Swatch style={style} />
      {label.length > LONGEST ? <CutName name={label} /> : <span class="pr-name">{label}</span>}
      <span class="pr-area" title={area === null ? "" : String(area)}>
        {area === null ? "–" : area.toFixed(4)}
      </span>
      <span class="pr-step">
        {step !== null && <RecordedStep step={step} wallTime={wallTime} />}
        {area !== null && before !== null && (
          <span
            class="quiet pr-difference"
            data-testid="pr-difference"
            title={`It was ${formatValue(before, 4)} there`}
          >
            {" "}
            Δ {area - before < 0 ? "−" : "+"}
            {Math.abs(area - before).toFixed(4)}
          </span>
        )}
        {note !== "" && <span class="warning-text"> {note}</span>}
      </span>
    </div>
  );
}
