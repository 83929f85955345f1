/** How boxes look: the theme's colours, and the overlay. */

import { GRAPH_COLOURS } from "../../../charts/graph/colours";
import type { BoxLook, GraphStyle } from "../../../charts/graph/draw_graph";
import type { Frame } from "../../../charts/graph/scene";
import { theme } from "../../../state/preferences";
import type { Box } from "../overlay/overlay";
import { barOf, colourOf, isOverlayRead, overlay, overlayScale, textOf } from "../overlay/overlay_state";

/** A box as the overlay takes it. */
export function overlaidBox({ part: { boxes, tensors } }: Frame, box: number): Box {
  const dtype = tensors[boxes.output[box] ?? -1]?.dtype;
  return {
    group: boxes.group[box],
    node: boxes.node[box],
    costs: Object.fromEntries(Object.entries(boxes.costs).map(([name, column]) => [name, column[box]])),
    ...(dtype === undefined ? {} : { dtype }),
  };
}

/** Reads signals: the style is another one when these change. */
export function styleOf(notes: ReadonlyMap<number, string>, lit: ReadonlySet<string> | null): GraphStyle {
  void overlay.value;
  void overlayScale.value;
  void isOverlayRead.value;
  const looks = new WeakMap<Frame, BoxLook[]>();
  return {
    colours: GRAPH_COLOURS[theme.value],
    lit,
    noteOf: ({ part }, box) => notes.get(part.boxes.group[box]) ?? "",
    lookOf: (frame, box) => {
      const known = looks.get(frame) ?? [];
      looks.set(frame, known);
      known[box] ??= lookOf(overlaidBox(frame, box));
      return known[box];
    },
  };
}

function lookOf(box: Box): BoxLook {
  return { colour: colourOf(box), bar: barOf(box), text: textOf(box) };
}
