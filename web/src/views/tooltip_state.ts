/** What the tooltip says: set by the chart under the pointer. */

import { signal } from "@preact/signals";
import type { Axis } from "../api/scalars";
import type { Hit } from "../charts/hit";

export interface TooltipContent {
  /** The chart that speaks. */
  tag: string;
  axis: Axis;
  x: number;
  hits: readonly Hit[];
  /** Place of the pointer in the window. */
  clientX: number;
  clientY: number;
}

export const tooltip = signal<TooltipContent | null>(null);
