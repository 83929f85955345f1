/** The step of a picture or sound beside its run's name; while another is being read, of both. */

import { formatStep, formatTime } from "../../kit/format";
import type { ShownMedia } from "./shown_media";
import { stepWord } from "./step_place";

interface StepOfProps {
  /** What is shown, and whether another is being read. */
  state: { shown: ShownMedia | null; isLoading: boolean };
  wanted: ShownMedia | null;
  /** Whether there is no room for the word "step". */
  isShort?: boolean;
}

export function StepOf({ state, wanted, isShort = false }: StepOfProps) {
  const at = state.shown ?? wanted;
  if (at === null) return null;
  const isComing = state.isLoading && wanted !== null && wanted.step !== at.step;
  const word = state.isLoading ? "step" : stepWord((wanted ?? at).step);
  return (
    <span class="quiet" title={`Step ${formatStep(at.step)}, ${formatTime(at.wallTime)}`}>
      {isShort && word === "step" ? "" : `${word} `}
      {formatStep(at.step)}
      {isComing && `, reading ${formatStep(wanted.step)}`}
    </span>
  );
}
