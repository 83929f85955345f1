/** Which images are shown: of each tag and run the one at or before the shared place. */

import type { Run, Tag } from "../../api/catalogue";
import { runsFields } from "../../runs/runs_link";
import { connection } from "../../state/server";
import { stepPlace } from "../steps/step_place";
import { type ShownSeries, StepValues } from "../steps/step_values";
import { indexAt } from "../steps/steps_order";
import { ViewTags } from "../steps/view_tags";
import { imageFields } from "./image_link";
import { loadPicture, type Picture, type PictureSource } from "./load_picture";
import { PictureStore, type Wish } from "./picture_store";

export const KIND = "images";

export const imageTags = new ViewTags(KIND);

/** Where images are; each is then asked for by itself. */
export const images = new StepValues({ kind: KIND, place: stepPlace, connection, hasValues: false });

/** Requests at a time: a browser has six connections to a server, of which others need some. */
const SIMULTANEOUS = 4;
export const pictures = new PictureStore<Picture>({ mostBytes: 256 << 20, simultaneous: SIMULTANEOUS });

/** One picture of the log: by names and its record, so that a server started anew changes nothing on screen. */
export interface Shown extends PictureSource {
  key: string;
  wallTime: number;
}

export function shownAt(
  tag: Tag,
  run: Run,
  series: ShownSeries | null,
  index: number | null,
  part: number,
): Shown | null {
  if (series === null || index === null) return null;
  const [step, wallTime, bytes] = [series.step, series.wallTime, series.bytes].map((column) =>
    Number(column[index]),
  );
  return {
    ...{ tag: tag.id, run: run.id, index, part, step, wallTime, bytes },
    key: JSON.stringify([tag.name, run.name, index, step, wallTime, bytes, part]),
  };
}

export function wishFor(shown: Shown, isFull: boolean, settle: Wish<Picture>["settle"]): Wish<Picture> {
  return { key: shown.key, isFull, load: (signal) => loadPicture(shown, isFull, signal), settle };
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
