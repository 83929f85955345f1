/** What holds for all curves: filter, form, the threshold that is marked, and what they are compared with. */

import { Choice } from "../../kit/choice";
import { formatValue } from "../../kit/format";
import { AxisChoice } from "../steps/axis_choice";
import { CompareStep } from "../steps/compare_step";
import { StepsToolbar } from "../steps/steps_toolbar";
import { changePr, FORMS, prFields } from "./pr_link";
import { curves, prTags } from "./pr_values";

/** The forms as people call them. */
export const NAMES = {
  pr: "precision–recall",
  roc: "ROC",
  ap: "AP over steps",
  auc: "ROC area over steps",
};

export function Toolbar() {
  const { form, threshold, against } = prFields;
  const isOfCurves = form === "pr" || form === "roc";
  return (
    <StepsToolbar tags={prTags}>
      <Choice
        label="as"
        testId="pr-form"
        words={FORMS}
        names={NAMES}
        value={form}
        isSet={form !== "pr"}
        onChange={(chosen) => changePr({ form: chosen })}
      />
      {!isOfCurves && <AxisChoice />}
      {isOfCurves && (
        <CompareStep
          what="Curves"
          word="difference to"
          against={against}
          steps={curves.steps.value}
          onChange={(chosen) => changePr({ against: chosen })}
        />
      )}
      {isOfCurves && threshold !== null && (
        <button
          type="button"
          class="chip"
          data-testid="pinned-threshold"
          title="It is marked on all curves. Click to end that."
          onClick={() => changePr({ threshold: null })}
        >
          threshold {formatValue(threshold, 4)} ×
        </button>
      )}
    </StepsToolbar>
  );
}
