/** The step of a value beside a run's name; its time is a hover away. */

import { formatStep, formatTime } from "../../kit/format";
import { stepWord } from "./step_place";

export function RecordedStep({ step, wallTime }: { step: number; wallTime: number }) {
  return (
    <span class="quiet" title={formatTime(wallTime)}>
      {stepWord(step)} {formatStep(step)}
    </span>
  );
}
