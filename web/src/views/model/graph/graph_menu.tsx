/** Zoom, and a menu: what is drawn, and the drawing as a file. */

import type { Signal } from "@preact/signals";
import { NODE_KIND } from "../../../api/model";
import type { Sight } from "../../../charts/graph/draw_graph";
import { graphSvg } from "../../../charts/graph/graph_svg";
import { pictureOf } from "../../../charts/graph/painter";
import { rectOfFrame } from "../../../charts/graph/scene";
import { save } from "../../../kit/download";
import { closeMenu } from "../../steps/card_menu";
import { outline } from "../model_state";
import { BoxActions } from "./box_menu";
import type { GraphController } from "./graph_controller";
import { hasAsides, hasControls } from "./graph_options";

export function GraphMenu({ controller }: { controller: GraphController }) {
  const selected = controller.selectedPlace();
  const frames = controller.scene.value?.frames ?? [];
  const isAsideThere =
    !hasAsides.value || frames.some(({ part }) => part.boxes.kind.includes(NODE_KIND.auxiliary));
  const isControlThere = frames.some(({ part }) => part.edges.controls.some((count) => count > 0));
  const button = (words: string, sign: string, run: () => void) => (
    <button type="button" class="icon" aria-label={words} title={words} onClick={run}>
      {sign}
    </button>
  );
  return (
    <div class="graph-tools" data-testid="graph-tools">
      {button("Zoom out (−)", "−", () => controller.zoomBy(0.8))}
      {button("Zoom in (+)", "+", () => controller.zoomBy(1.25))}
      {button("All of it (0, or a double click beside the boxes)", "⤢", () => controller.fit())}
      <details class="menu" name="chart-menu" data-testid="graph-menu">
        <summary aria-label="Menu of the graph" title="What is drawn; SVG, PNG">
          ⋯
        </summary>
        <div class="menu-body">
          {selected !== null && <BoxActions controller={controller} place={selected} onDone={closeMenu} />}
          <button
            type="button"
            onClick={(event) => {
              closeMenu(event);
              controller.closeAll();
            }}
          >
            Close all groups
          </button>
          {isControlThere && <Switch words="Control edges" value={hasControls} />}
          {isAsideThere && <Switch words="Beside the graph: what nobody reads" value={hasAsides} />}
          <SaveButtons controller={controller} />
        </div>
      </details>
    </div>
  );
}

function Switch({ words, value }: { words: string; value: Signal<boolean> }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.checked;
        }}
      />
      {words}
    </label>
  );
}

/** Pixels around the whole in a picture. */
const MARGIN = 8;

function SaveButtons({ controller }: { controller: GraphController }) {
  const name = outline.value?.title || "model";
  const saveSvg = (event: Event, isWhole: boolean): void => {
    closeMenu(event);
    const picture = controller.picture();
    if (picture === null) return;
    const { scene, style, emphasis } = picture;
    const sight = isWhole ? wholeOf(rectOfFrame(scene.root)) : picture.sight;
    save(new Blob([graphSvg(scene, sight, style, emphasis, name)], { type: "image/svg+xml" }), `${name}.svg`);
  };
  return (
    <>
      <button type="button" onClick={(event) => saveSvg(event, true)}>
        SVG, all that is open
      </button>
      <button type="button" onClick={(event) => saveSvg(event, false)}>
        SVG, as on screen
      </button>
      <button
        type="button"
        onClick={(event) => {
          closeMenu(event);
          const picture = controller.picture();
          if (picture === null) return;
          const { scene, sight, style, emphasis } = picture;
          pictureOf(scene, sight, style, emphasis, 2).toBlob((blob) => {
            if (blob !== null) save(blob, `${name}.png`);
          });
        }}
      >
        PNG, as on screen
      </button>
    </>
  );
}

function wholeOf({ x, y, width, height }: { x: number; y: number; width: number; height: number }): Sight {
  return {
    ...{ x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN },
    ...{ scale: 1, detail: "all", morph: null },
  };
}
