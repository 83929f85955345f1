/** What holds for all distributions: filter, step, form, and scales. */

import { Check, Choice } from "../../kit/choice";
import { AxisChoice } from "../steps/axis_choice";
import { StepsToolbar } from "../steps/steps_toolbar";
import { histogramTags } from "./distribution_values";
import { changeDistributions, distributionFields, FORMS } from "./distributions_link";

/** The forms as people call them. */
export const NAMES = {
  ridgeline: "ridgeline",
  overlay: "overlaid",
  heat: "heat map",
  bands: "percentiles",
  step: "one step",
};

export function Toolbar() {
  const { form, hasLogCounts, hasLogValues, isWhole } = distributionFields;
  return (
    <StepsToolbar tags={histogramTags}>
      <Choice
        label="as"
        testId="distribution-form"
        words={FORMS}
        names={NAMES}
        value={form}
        isSet={form !== "ridgeline"}
        onChange={(chosen) => changeDistributions({ form: chosen })}
      />
      {form !== "step" && <AxisChoice />}
      <Check
        label="log counts"
        testId="log-counts"
        title="Draw counts by their logarithm"
        isOn={hasLogCounts}
        onChange={(isOn) => changeDistributions({ hasLogCounts: isOn })}
      />
      <Check
        label="log values"
        testId="log-values"
        title="Draw values on an axis that is linear about 0 and a logarithm far from it"
        isOn={hasLogValues}
        onChange={(isOn) => changeDistributions({ hasLogValues: isOn })}
      />
      {!hasLogValues && (
        <Check
          label="whole range"
          testId="whole-range"
          title="Draw from the lowest value to the highest; else the few that are far off are in the bins at the ends"
          isOn={isWhole}
          onChange={(isOn) => changeDistributions({ isWhole: isOn })}
        />
      )}
    </StepsToolbar>
  );
}
