/** How high the rows of the list are: names of few runs have two lines, where they are too long for one. */

import { computed } from "@preact/signals";
import { listedRuns } from "./listed_runs";
import { shortName } from "./short_names";

const ONE_LINE = 26;
const TWO_LINES = 38;
/** Of so many runs and more as many as possible are in sight. */
const MANY = 20;
/** Characters that a line of the narrowest names has room for. */
const LONG = 14;

export const hasTwoLines = computed(
  () => listedRuns.value.length < MANY && listedRuns.value.some(({ name }) => shortName(name).length > LONG),
);

/** In pixels. */
export const rowHeight = computed(() => (hasTwoLines.value ? TWO_LINES : ONE_LINE));
