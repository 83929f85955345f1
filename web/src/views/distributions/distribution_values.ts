/** The histograms that are shown: over steps, and at the shared place. */

import { fetchHistograms, type HistogramRows } from "../../api/histograms";
import { connection } from "../../state/server";
import { RowsLoader } from "../steps/rows_loader";
import { stepPlace } from "../steps/step_place";
import { StepValues } from "../steps/step_values";
import { ViewTags } from "../steps/view_tags";
import { appended } from "./run_rows";

export const KIND = "histograms";

/** TensorFlow's writers add the suffix. */
export const histogramTags = new ViewTags(KIND, "/histogram_summary");

/** The histogram of each run at the shared place, and the steps of all of them. */
export const placed = new StepValues({ kind: KIND, place: stepPlace, connection });

/** Those over the steps, as far as neighbouring bins are not joined: see `HistogramsRequest`. */
export const overSteps = new RowsLoader<HistogramRows, number | null>({
  ...{ kind: KIND, connection, append: appended },
  fetch: ({ detail, ...asked }) => fetchHistograms({ ...asked, bins: detail }),
});
