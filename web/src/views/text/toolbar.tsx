/** What holds for all texts: filter, step, format, and what they are compared with. */

import { Choice } from "../../kit/choice";
import { changeRuns, runsFields } from "../../runs/runs_link";
import { CompareStep } from "../steps/compare_step";
import { StepsToolbar } from "../steps/steps_toolbar";
import { changeText, FORMATS, textFields } from "./text_link";
import { texts, textTags } from "./text_values";

export function Toolbar() {
  const { format, against } = textFields;
  const { baseline } = runsFields;
  return (
    <StepsToolbar tags={textTags}>
      <Choice
        label="as"
        testId="text-format"
        words={FORMATS}
        names={{ markdown: "Markdown", plain: "recorded" }}
        value={format}
        onChange={(chosen) => changeText({ format: chosen })}
      />
      <CompareStep
        what="Texts"
        word="difference to"
        against={against}
        steps={texts.steps.value}
        onChange={(chosen) => changeText({ against: chosen })}
      />
      {baseline !== null && (
        <button
          type="button"
          class="chip"
          data-testid="baseline"
          title="All texts are compared with those of this run. Click to end that."
          onClick={() => changeRuns({ baseline: null })}
        >
          difference to {baseline} ×
        </button>
      )}
    </StepsToolbar>
  );
}
