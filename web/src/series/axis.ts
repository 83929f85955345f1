/** The x axis of a chart, the scale of an axis, and ranges on it. */

/**
 * Steps, steps from the run's first on, seconds since the run began, those of them in which it was at work, seconds since
 * the epoch, or the values of another tag.
 */
export type Axis = "step" | "aligned" | "relative" | "training" | "wall" | "tag";
export type Scale = "linear" | "log" | "symlog";
/** The axes that a record is on by its own step and wall time. */
export type DrawnAxis = Extract<Axis, "step" | "relative" | "wall">;
/** Two finite numbers, the smaller one first. */
export type Range = readonly [number, number];

/** What the numbers of an axis are; of the axis "tag" its name says that. */
export const AXIS_TITLES: Record<Exclude<Axis, "tag">, string> = {
  step: "step",
  aligned: "step since the run's first",
  relative: "time since the start",
  training: "training time",
  wall: "wall time",
};

export const AXES = [
  ...(["step", "aligned", "relative", "training", "wall", "tag"] as const),
] satisfies readonly Axis[];

/** Whether an axis has whole numbers, steps. */
export function isOfSteps(axis: Axis): axis is "step" | "aligned" {
  return axis === "step" || axis === "aligned";
}

/** Whether an axis has seconds since a beginning. */
export function isDuration(axis: Axis): axis is "relative" | "training" {
  return axis === "relative" || axis === "training";
}

/** Read a range from text such as "1,20"; null for anything but two finite numbers, the smaller one first. */
export function decodeRange(text: string | null): Range | null {
  const parts = text?.split(",") ?? [];
  if (parts.length !== 2 || parts.some((part) => part.trim() === "")) return null;
  const [low, high] = parts.map(Number);
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : null;
}
