/** The model as a graph: boxes that open in place, and lines between them, on a canvas that is moved and zoomed. */

import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type BoxPlace, rectOf, thingOf } from "../../../charts/graph/scene";
import { plural } from "../../../kit/format";
import { hovered, isSame, outline, selected } from "../model_state";
import { select } from "../selection";
import { BoxMenu } from "./box_menu";
import { listenToPointers, onKey } from "./gestures";
import { GraphController } from "./graph_controller";
import { GraphMenu } from "./graph_menu";
import { Minimap } from "./minimap";
import { BoxTooltip } from "./tooltip";
import "./graph.css";

/** Boxes that are told to who reads the page. */
const MOST_TOLD = 200;

export function GraphDrawing() {
  const frame = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const controller = useMemo(() => new GraphController(), []);
  const pointed = useSignal<{ place: BoxPlace; x: number; y: number } | null>(null);
  const menu = useSignal<{ place: BoxPlace; x: number; y: number } | null>(null);
  useEffect(() => {
    const element = frame.current as HTMLDivElement;
    const ends = [
      controller.attach(base.current as HTMLCanvasElement, over.current as HTMLCanvasElement, element),
      listenToPointers(element, controller, {
        onHover: (place, x, y) => {
          pointed.value = place === null ? null : { place, x, y };
          const thing = place === null ? null : thingOf(place);
          if (!isSame(hovered.peek(), thing)) hovered.value = thing;
        },
        onClick: (place) => select(place === null ? null : thingOf(place)),
        onDoubleClick: (place) => {
          pointed.value = null;
          if (place === null) controller.fit();
          else controller.toggle(thingOf(place));
        },
        onMenu: (place, x, y) => {
          pointed.value = null;
          if (place !== null) select(thingOf(place));
          menu.value = place === null ? null : { place, x, y };
        },
      }),
    ];
    return () => {
      for (const end of ends) end();
      hovered.value = null;
    };
  }, [controller]);
  const scene = controller.scene.value;
  const title = outline.value?.title ?? "";
  const words = scene === null ? "" : `, ${plural(scene.boxes, "box").replace("boxs", "boxes")}`;
  const problem = controller.problem.value;
  return (
    <div class="graph-drawing">
      <div
        ref={frame}
        class="graph-frame"
        // An application, so that a screen reader leaves the arrows to it: the outline beside it is the tree.
        role="application"
        aria-roledescription="graph"
        aria-label={`Graph of ${title || "the model"}${words}. The outline has the same boxes as a tree.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys.
        tabIndex={0}
        data-testid="graph"
        data-drawn={controller.painted.value.boxes}
        data-detail={controller.painted.value.detail}
        data-boxes={toldBoxes(controller)}
        onKeyDown={(event) => {
          if (onKey(event, controller, selected.peek())) {
            event.preventDefault();
            event.stopPropagation();
          }
        }}
      >
        <canvas ref={base} />
        <canvas ref={over} />
      </div>
      {problem !== "" && (
        <p class={problem === "reading…" ? "graph-words quiet" : "graph-words warning-text"}>{problem}</p>
      )}
      {scene !== null && scene.boxes === 0 && (
        <p class="graph-words quiet">There is nothing in this graph.</p>
      )}
      <Minimap controller={controller} />
      <GraphMenu controller={controller} />
      <BoxTooltip controller={controller} pointed={pointed} />
      <BoxMenu controller={controller} menu={menu} />
    </div>
  );
}

/** Where boxes are on the screen, from the drawing's top left corner, for programs that look at the page. */
function toldBoxes(controller: GraphController): string {
  const scene = controller.scene.value;
  const { x, y, scale } = controller.camera.value;
  if (scene === null || scene.boxes > MOST_TOLD) return "";
  const boxes = scene.frames.flatMap((frame) =>
    frame.texts.map(({ title }, box) => {
      const rect = rectOf(frame, box);
      return {
        name: frame.part.boxes.name[box],
        title,
        ...thingOf({ frame, box }),
        isOpen: frame.inside.has(box),
        depth: frame.depth,
        x: Math.round((rect.x - x) * scale),
        y: Math.round((rect.y - y) * scale),
        width: Math.round(rect.width * scale),
        height: Math.round(rect.height * scale),
      };
    }),
  );
  return JSON.stringify(boxes);
}
