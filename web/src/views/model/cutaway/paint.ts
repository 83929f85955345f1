/** The cutaway as a list of boxes with their colours, texts and marks, and how it is drawn on a sheet. */

import type { Placed, Tree } from "../../../charts/treemap";
import { FRAME, GROUND, runStyle, type Theme } from "../../../kit/colour";
import { inkOn, type Mark, mixed } from "../overlay/scale";
import { type Label, labelsOf, titleOf, type Words } from "./labels";
import type { Sheet } from "./sheet";

/** How a box looks before there is text in it. */
export interface Look {
  fill: string;
  /** Null where nothing is hatched. */
  hatch: string | null;
}

export interface Painted extends Placed, Look {
  edge: string;
  ink: string;
  labels: readonly Label[];
  key: string;
  title: string;
}

/** How strong the hue of a box is: those within others are stronger, up to the last that have none within them. */
const [WEAKEST, STEP, STRONGEST, LEAF] = [0.14, 0.07, 0.35, 0.42];

/** A tint of a hue of the palette, on which text is as readable as on the ground. */
export function tint(hue: number, depth: number, isOpen: boolean, theme: Theme): string {
  const share = isOpen ? Math.min(STRONGEST, WEAKEST + depth * STEP) : LEAF;
  return mixed(GROUND[theme], runStyle(hue, theme).colour, share);
}

/** The last hue of the palette is a grey: for what is of no branch or class of its own. */
export const HUES = 7;
export const GREY = 7;

/** The look of a number of the overlay; null is a box about which nothing is known. */
export function overlayLook(colour: string | null, mark: Mark | null, theme: Theme): Look {
  const fill = colour ?? GROUND[theme];
  const ink = inkOn(fill, theme);
  return { fill, hatch: mark === "zero" ? mixed(fill, ink, 0.4) : null };
}

/** A rest is quiet: hatched on the ground of what it is the rest of. */
export function restLook(fill: string, theme: Theme): Look {
  return { fill, hatch: mixed(fill, FRAME[theme].text, 0.35) };
}

export function painted(
  placed: readonly Placed[],
  look: (box: Placed) => Look,
  words: (item: number) => Words & { key: string; title: string },
  theme: Theme,
): Painted[] {
  return placed.map((box) => {
    const { key, title, ...texts } = words(box.item);
    const own = look(box);
    const ink = inkOn(own.fill, theme);
    const labels = box.isOpen ? titleOf(box, texts) : labelsOf(box, texts);
    return { ...box, ...own, ink, edge: mixed(own.fill, ink, 0.3), labels, key, title };
  });
}

/** Sides below this are not to be seen: what is around shows through. */
const LEAST_SEEN = 0.35;

export function drawBoxes(sheet: Sheet, boxes: readonly Painted[]): void {
  for (const { left, top, width, height, fill, edge, hatch, labels, ink, key, title } of boxes) {
    if (Math.min(width, height) < LEAST_SEEN) continue;
    // A gap to the next box, which its place does not have.
    const gap = Math.min(width, height) > 6 ? 1 : 0;
    const seen = { left, top, width: width - gap, height: height - gap };
    sheet.box(seen, fill, edge, key, title);
    if (hatch !== null) sheet.hatch(seen, hatch);
    for (const { text, x, y, isBold } of labels) sheet.text(text, left + x, top + y, ink, isBold);
  }
}

/** The hue of each branch: those that are alike have the same, so that what repeats is seen to. */
export function huesOfBranches(
  branches: readonly number[],
  sameAs: (item: number) => string,
): ReadonlyMap<number, number> {
  const kinds = new Map<string, number>();
  return new Map(
    branches.map((item) => {
      const kind = sameAs(item);
      const hue = kinds.get(kind) ?? kinds.size % HUES;
      kinds.set(kind, hue);
      return [item, hue];
    }),
  );
}

/** Weights of the items that have none below them, by a word, largest first. */
export function weightsBy(
  { weight, children }: Tree,
  from: number,
  word: (item: number) => string,
): [string, number][] {
  const sums = new Map<string, number>();
  const waiting = [from];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if (children[item].length > 0) waiting.push(...children[item]);
    else if (weight[item] > 0) sums.set(word(item), (sums.get(word(item)) ?? 0) + weight[item]);
  }
  return [...sums].sort(([, one], [, other]) => other - one);
}
