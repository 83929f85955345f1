/** How long ago the newest point was recorded: whether a training still runs is seen at once. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatAge, formatTime } from "../kit/format";
import { catalogue } from "../state/server";

/** Milliseconds until an age of some seconds reads differently. */
export function untilNext(age: number): number {
  const unit = age < 60 ? 1 : age < 3600 ? 60 : 3600;
  return (unit - (age % unit)) * 1000;
}

export function LastPoint() {
  const now = useSignal(Date.now() / 1000);
  const newest = (catalogue.value?.runs ?? []).reduce(
    (latest, { last_wall_time }) => Math.max(latest, last_wall_time ?? Number.NEGATIVE_INFINITY),
    Number.NEGATIVE_INFINITY,
  );
  // The writer may have a clock that is ahead of this one.
  const age = Math.max(0, now.value - newest);
  useEffect(() => {
    if (!Number.isFinite(age)) return;
    const timer = setTimeout(
      () => {
        now.value = Date.now() / 1000;
      },
      Math.max(100, untilNext(age)),
    );
    return () => clearTimeout(timer);
  });
  if (!Number.isFinite(age)) return null;
  return (
    <span
      class="quiet last-point"
      data-testid="last-point"
      title={`The newest point was recorded ${formatTime(newest)}`}
    >
      {formatAge(age)}
    </span>
  );
}
