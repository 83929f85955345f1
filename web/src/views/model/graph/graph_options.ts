/** What of a graph is drawn beside its data: for all graphs, as long as the page lives. */

import { signal } from "@preact/signals";

/** Whether mere dependencies, TensorFlow's control edges, have lines. */
export const hasControls = signal(false);
/** Whether what nobody reads, as summaries and savers, stands beside the graph. */
export const hasAsides = signal(true);
