/** What the steps of a view are drawn over: it is the x axis of all views, of those that a record is on by itself. */

import { Choice } from "../../kit/choice";
import type { DrawnAxis } from "../../series/axis";
import { changePlace } from "../../state/place";
import { drawnAxis } from "./step_axis";

const NAMES = { step: "step", relative: "relative time", wall: "wall time" } as const;

export function AxisChoice() {
  const axis = drawnAxis.value;
  return (
    <Choice
      label="over"
      testId="steps-axis"
      words={Object.keys(NAMES) as DrawnAxis[]}
      names={NAMES}
      value={axis}
      isSet={axis !== "step"}
      title="What the recorded steps are drawn over, in all views"
      // A place that is marked is one of the axis it was marked on.
      onChange={(chosen) => changePlace({ axis: chosen, place: null })}
    />
  );
}
