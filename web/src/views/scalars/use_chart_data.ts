/** A chart's data while it is in sight: the old picture stays until the new one is there. */

import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { DrawnSeries } from "../../charts/chart_content";
import { useEarlySignalEffect } from "../../kit/early_effect";
import { shownGroups } from "../../runs/listed_runs";
import { emphasis } from "../../state/emphasis";
import { chosenColours } from "../../state/preferences";
import type { Chart } from "./chart_definitions";
import { drawnOptions } from "./chart_inputs";
import { type ChartData, ChartLoader, type ChartQuery } from "./chart_loader";
import { drawnSeries, inLookOf } from "./chart_series";
import { tooltip } from "./tooltip_state";

export interface LoadedChart {
  /** Null before the first answer. */
  data: ReadonlySignal<ChartData | null>;
  /** Why the chart could not be loaded; null when it could. */
  error: ReadonlySignal<string | null>;
  /** Whether the data answers the last query; it may still grow. */
  isUpToDate(): boolean;
  /** Whether the answer to a query that changed is still to come. */
  isReading: ReadonlySignal<boolean>;
}

/** Sends the query whenever it changes; nothing while it is null. */
export function useChartData(query: ReadonlySignal<ChartQuery | null>): LoadedChart {
  const data = useSignal<ChartData | null>(null);
  const error = useSignal<string | null>(null);
  const isReading = useSignal(false);
  const loader = useRef<ChartLoader | null>(null);
  const isUpToDate = (): boolean => loader.current?.isUpToDate() ?? false;
  loader.current ??= new ChartLoader(
    (fetched) => {
      data.value = fetched;
      isReading.value = !isUpToDate();
    },
    (message) => {
      error.value = message;
    },
  );
  useEffect(() => () => loader.current?.destroy(), []);
  useEarlySignalEffect(() => {
    const asked = query.value;
    loader.current?.request(asked);
    isReading.value = asked !== null && !isUpToDate();
  });
  return { data, error, isUpToDate, isReading };
}

const NO_SERIES: readonly DrawnSeries[] = [];
/** Of a group more members than these are not drawn when it is pointed at. */
const MOST_MEMBERS = 100;

/** The runs of the group that is pointed at in this chart, one by one; empty while none is. */
export function useMembers(
  chart: ReadonlySignal<Chart>,
  query: ReadonlySignal<ChartQuery | null>,
): ReadonlySignal<readonly DrawnSeries[]> {
  const group = useComputed(() => {
    const isHere = tooltip.value?.chart.key === chart.value.key;
    return isHere ? shownGroups.value?.find(({ name }) => name === emphasis.value) : undefined;
  });
  const { data } = useChartData(
    useComputed(() => {
      const asked = query.value;
      const pointed = group.value;
      if (pointed === undefined || asked === null) return null;
      return { ...asked, runs: pointed.runs.slice(0, MOST_MEMBERS), groups: null };
    }),
  );
  return useComputed(() => {
    const pointed = group.value;
    if (pointed === undefined || data.value === null) return NO_SERIES;
    const runs = inLookOf(pointed, chosenColours.value);
    return drawnSeries(chart.value, data.value, {
      ...drawnOptions.value,
      ...{ runs, baseline: null, colours: new Map() },
    });
  });
}
