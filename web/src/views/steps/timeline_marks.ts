/** Where the marks of the timeline are: a lane for each kind of data, and a mark for each pixel that has a step. */

import type { Finding } from "../../api/findings";
import type { KindSteps } from "../../api/steps";

export interface Lane {
  kind: string;
  count: number;
  /** Pixels from the left, whole numbers, rising, each once. */
  marks: readonly number[];
}

/** Where a finding begins. */
export interface FindingTick {
  step: number;
  isError: boolean;
  sentence: string;
}

/** The errors and warnings among some findings, one a step: the worst; errors at the end. */
export function findingTicks(findings: readonly Finding[]): FindingTick[] {
  const ticks = new Map<number, FindingTick>();
  for (const { severity, first_step: step, sentence } of findings) {
    if (severity !== "error" && severity !== "warning") continue;
    const isError = severity === "error";
    if (!ticks.has(step) || isError) ticks.set(step, { step, isError, sentence });
  }
  return [...ticks.values()].sort(
    (one, other) => Number(one.isError) - Number(other.isError) || one.step - other.step,
  );
}

/** The first and the last step of everything, and at least one step apart. */
export function spanOf(kinds: readonly KindSteps[], others: readonly number[]): [number, number] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { steps } of kinds) {
    if (steps.length === 0) continue;
    first = Math.min(first, steps[0]);
    last = Math.max(last, steps[steps.length - 1]);
  }
  for (const step of others) {
    first = Math.min(first, step);
    last = Math.max(last, step);
  }
  if (first > last) return [0, 1];
  return [first, Math.max(last, first + 1)];
}

/** The lanes of some kinds on a width in pixels. */
export function lanesOf(
  kinds: readonly KindSteps[],
  [first, last]: readonly [number, number],
  width: number,
): Lane[] {
  return kinds.map(({ kind, count, steps }) => {
    const marks: number[] = [];
    for (const step of steps) {
      const at = Math.round(((step - first) / (last - first)) * Math.max(0, width - 1));
      if (marks[marks.length - 1] !== at) marks.push(at);
    }
    return { kind, count, marks };
  });
}

/** The recorded step that is meant where the slider is moved from one step to another: the nearest, and never none. */
export function stepMeant(steps: readonly number[], from: number, to: number): number {
  let nearest = steps[0];
  for (const step of steps) if (Math.abs(step - to) < Math.abs(nearest - to)) nearest = step;
  if (nearest !== from || to === from) return nearest;
  // A key moves the slider by a step, which may be far from the next recorded one.
  const next = to > from ? steps.find((step) => step > from) : steps.findLast((step) => step < from);
  return next ?? nearest;
}
