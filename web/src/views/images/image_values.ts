/** Which images are shown: of each tag and run the one at or before the shared place. */

import { computed } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import { shownRuns } from "../../runs/listed_runs";
import { runsFields } from "../../runs/runs_link";
import { placeFields } from "../../state/place";
import { connection } from "../../state/server";
import { MediaStore } from "../steps/media_store";
import { type ShownMedia, shownAt } from "../steps/shown_media";
import { stepPlace } from "../steps/step_place";
import { type ShownSeries, StepValues } from "../steps/step_values";
import { indexAt } from "../steps/steps_order";
import { ViewTags } from "../steps/view_tags";
import { imageFields } from "./image_link";
import type { Picture } from "./load_picture";

export const KIND = "images";

export const imageTags = new ViewTags(KIND);

/** How many runs stand side by side in a card: as many as any tag has of those that are shown. */
export const mostColumns = computed(() => {
  const shown = new Set(shownRuns.value.map((run) => run.id));
  return Math.max(
    1,
    ...imageTags.listed.value.map(({ runs }) => runs.filter((run) => shown.has(run)).length),
  );
});

/** Where images are; the images themselves are asked for as their places come into sight. */
export const images = new StepValues({ kind: KIND, place: stepPlace, connection, hasValues: false });

/** Pictures that are being loaded at a time: a few requests have them all. */
const SIMULTANEOUS = 128;
export const pictures = new MediaStore<Picture>({ mostBytes: 256 << 20, simultaneous: SIMULTANEOUS });

export type Shown = ShownMedia;
export { shownAt };

/** How far the steps go that are asked for ahead, on both sides: the nearest first. */
const AHEAD = [1, -1, 2, -2];
/** Pictures of larger records are not asked for ahead. */
const MOST_BYTES_AHEAD = 1 << 18;

/**
 * What is shown when the place is moved by a step or two: asked for while there is nothing else to do. Only where a place
 * has been chosen, so that a page that is opened reads what is in sight alone, and only where the pictures are small.
 */
export function shownNear(tag: Tag, run: Run, series: ShownSeries | null): Shown[] {
  if (series === null || series.at === null || placeFields.place === null) return [];
  const at = series.at;
  return AHEAD.map((by) => at + by)
    .filter((index) => index >= 0 && index < series.step.length)
    .map((index) => shownAt(tag, run, series, index, 0))
    .filter((shown) => shown !== null && shown.bytes <= MOST_BYTES_AHEAD) as Shown[];
}

/** What an image is compared with: another run's, or the same run's at another step. */
export interface Reference {
  run: Run;
  series: ShownSeries | null;
  /** The index of the value; null where there is none. */
  at: number | null;
  /** As a reader names it. */
  what: string;
}

/** What a run's images are compared with; null where they are shown as they are. */
export function referenceOf(tag: Tag, run: Run, runs: readonly Run[]): Reference | null {
  const { baseline } = runsFields;
  const { against } = imageFields;
  const of = baseline === null ? run : (runs.find(({ name }) => name === baseline) ?? run);
  if (against === null && of === run) return null;
  const series = images.series(tag.name, of.name);
  if (against === null) return { run: of, series, at: series?.at ?? null, what: of.name };
  const at = series === null ? null : indexAt(series.step, against);
  return { run: of, series, at, what: of === run ? `step ${against}` : `${of.name} at ${against}` };
}
