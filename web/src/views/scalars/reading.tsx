/** The line of a card that waits for its data: what is being read, said when that takes longer than a moment. */

import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import { plural } from "../../kit/format";
import { chartsWaiting } from "./chart_requests";

/** Milliseconds after which something is said. */
const MOMENT = 300;

interface ReadingProps {
  isReading: ReadonlySignal<boolean>;
  /** How many runs are asked for. */
  runs: number;
}

export function Reading({ isReading, runs }: ReadingProps) {
  const isLong = useSignal(false);
  useSignalEffect(() => {
    isLong.value = false;
    if (!isReading.value) return;
    const timer = setTimeout(() => {
      isLong.value = true;
    }, MOMENT);
    return () => clearTimeout(timer);
  });
  if (!isLong.value) return null;
  const others = chartsWaiting.value;
  return (
    <p class="reading quiet" role="status" data-testid="reading">
      Reading {plural(runs, "run")}
      {others > 0 && `, ${plural(others, "chart")} still to be asked for`}
    </p>
  );
}
