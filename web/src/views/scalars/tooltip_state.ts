/** The content of the tooltip, set by the chart under the pointer. */

import { signal } from "@preact/signals";
import type { Hit } from "../../charts/hit";
import type { Axis } from "../../series/axis";
import type { Chart } from "./chart_definitions";

export interface TooltipContent {
  /** The chart that speaks. */
  chart: Chart;
  axis: Axis;
  /** The tag on the x axis, where there is one. */
  xName: string;
  x: number;
  hits: readonly Hit[];
  /** Where marks are pointed at, by the keys of hits: "NaN from 1,201"; null where none is. See at_marks.ts. */
  firstSteps: ReadonlyMap<string, string> | null;
  /** The x of the place that a click there fixes. */
  pick(): Promise<number>;
  /** Place of the pointer in the window. */
  clientX: number;
  clientY: number;
}

export const tooltip = signal<TooltipContent | null>(null);

/** The text that a screen reader says of the place that keys went to. */
export const spoken = signal("");
