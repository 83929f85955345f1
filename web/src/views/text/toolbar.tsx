/** What holds for all texts: filter, step, format, and what they are compared with. */

import { Choice } from "../../kit/choice";
import { formatStep } from "../../kit/format";
import { changeRuns, runsFields } from "../../runs/runs_link";
import { placeFields } from "../../state/place";
import { TagFilter } from "../steps/tag_filter";
import { changeText, FORMATS, textFields } from "./text_link";
import { listedTextTags, textSieve, texts, textTags } from "./text_values";

export function Toolbar() {
  const { format, against } = textFields;
  const { baseline } = runsFields;
  const { place } = placeFields;
  const steps = texts.steps.value;
  const here = place?.axis === "step" ? place.x : steps.at(-1);
  return (
    <div class="toolbar is-split">
      <TagFilter
        total={textTags.value.length}
        found={listedTextTags.value.length}
        error={textSieve.value.error}
      />
      <div class="toolbar-main">
        <Choice
          label="as"
          testId="text-format"
          words={FORMATS}
          names={{ markdown: "Markdown", plain: "recorded" }}
          value={format}
          onChange={(chosen) => changeText({ format: chosen })}
        />
        {against === null ? (
          <button
            type="button"
            data-testid="against"
            disabled={here === undefined}
            title="Keep this step, and see what changes from it to another"
            onClick={() => changeText({ against: here ?? null })}
          >
            Compare with this step
          </button>
        ) : (
          <button
            type="button"
            class="chip"
            data-testid="against"
            title="Texts are compared with those at this step. Click to end that."
            onClick={() => changeText({ against: null })}
          >
            difference to step {formatStep(against)} ×
          </button>
        )}
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
      </div>
    </div>
  );
}
