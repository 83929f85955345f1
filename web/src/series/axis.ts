/** The x axis of a chart, the scale of an axis, and ranges on it. */

/** Steps, seconds since the run began, seconds since the epoch, or the values of another tag at the same steps. */
export type Axis = "step" | "relative" | "wall" | "tag";
export type Scale = "linear" | "log" | "symlog";
/** Two finite numbers, the smaller one first. */
export type Range = readonly [number, number];

export const AXES = ["step", "relative", "wall", "tag"] as const satisfies readonly Axis[];

/** Read a range from text such as "1,20"; null for anything but two finite numbers, the smaller one first. */
export function decodeRange(text: string | null): Range | null {
  const parts = text?.split(",") ?? [];
  if (parts.length !== 2 || parts.some((part) => part.trim() === "")) return null;
  const [low, high] = parts.map(Number);
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : null;
}
