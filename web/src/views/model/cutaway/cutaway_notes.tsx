/** Below the cutaway: what the colours mean, and what has no box, in words. */

import type { CostKind, ModelOutline } from "../../../api/model";
import { runStyle } from "../../../kit/colour";
import { plural } from "../../../kit/format";
import { theme } from "../../../state/preferences";
import { outline } from "../model_state";
import { Legend } from "../overlay/legend";
import { areaCost, colourBy, tree } from "./cutaway_state";
import { type CutawayTree, withoutCost } from "./cutaway_tree";
import { percent } from "./labels";
import { legendEntries } from "./scene";

export function CutawayNotes() {
  const [shown, cost, of] = [outline.value, areaCost.value, tree.value];
  if (shown === null || cost === null || of === null) return null;
  const notes = notesOf(shown, cost, of);
  return (
    <div class="cutaway-foot quiet">
      {colourBy.value === "overlay" ? <Legend /> : <Branches of={of} />}
      {notes.length > 0 && (
        <p data-testid="cutaway-notes" title={notes.join("\n")}>
          {notes.join(" ")}
        </p>
      )}
    </div>
  );
}

function Branches({ of }: { of: CutawayTree }) {
  return (
    <ul class="cutaway-legend" data-testid="cutaway-legend" aria-label="What the colours mean">
      {legendEntries(of).map(({ name, hue, share }) => (
        <li key={name}>
          <i style={{ background: runStyle(hue, theme.value).colour }} />
          {name} <b>{percent(share)}</b>
        </li>
      ))}
    </ul>
  );
}

/** A cost's title within a sentence: "parameters", "MACs". */
export function inSentence(title: string): string {
  return /^\p{Lu}\p{Ll}/u.test(title) ? title[0].toLowerCase() + title.slice(1) : title;
}

const MOST_CLASSES = 4;

/** "4 of ReLU, 2 of Dropout". */
function classesOf({ groups }: ModelOutline, some: readonly number[]): string {
  const counts = new Map<string, number>();
  for (const group of some) {
    const type = groups.type[group] || groups.name[group];
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const words = sorted.slice(0, MOST_CLASSES).map(([type, count]) => `${count} × ${type}`);
  return words.join(", ") + (sorted.length > MOST_CLASSES ? " and others" : "");
}

/** Sentences about what the picture does not show. */
export function notesOf(shown: ModelOutline, cost: CostKind, of: CutawayTree): string[] {
  const what = inSentence(cost.title);
  const { none, unknown } = withoutCost(shown, cost.name);
  const notes: string[] = [];
  if (!cost.adds)
    notes.push(`Numbers of ${what} do not add up: boxes are in proportion to those beside them.`);
  if (none.length > 0)
    notes.push(
      `${plural(none.length, "layer")} ${none.length === 1 ? "has" : "have"} no ${what}: ${classesOf(shown, none)}.`,
    );
  if (unknown.length > 0)
    notes.push(
      `Of ${plural(unknown.length, "layer")} no ${what} ${unknown.length === 1 ? "is" : "are"} known: ${classesOf(shown, unknown)}.`,
    );
  if (of.overlapping.length > 0)
    notes.push(
      `What is in ${plural(of.overlapping.length, "group")} has more ${what} than the group, which counts what is shared once.`,
    );
  const missing =
    shown.groups.below.reduce((sum, below) => sum + below, 0) - (shown.groups.parent.length - 1);
  if (missing > 0) notes.push(`${plural(missing, "group")} more are within rests.`);
  return notes;
}
