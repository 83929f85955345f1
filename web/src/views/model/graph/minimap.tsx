/** The whole scene, small, with the part in sight as a frame that can be moved; there while not all is in sight. */

import { useEffect, useRef } from "preact/hooks";
import { fitting } from "../../../charts/graph/camera";
import { drawMap } from "../../../charts/graph/painter";
import { rectOfFrame } from "../../../charts/graph/scene";
import { overlay, overlayScale } from "../overlay/overlay_state";
import type { GraphController } from "./graph_controller";
import { styleOf } from "./graph_style";

const LARGEST = { width: 160, height: 140 } as const;

export function Minimap({ controller }: { controller: GraphController }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = controller.scene.value;
  const { x, y, scale } = controller.camera.value;
  const room = controller.room.value;
  const whole = scene === null ? null : rectOfFrame(scene.root);
  const isNeeded =
    whole !== null &&
    (x > whole.x ||
      y > whole.y ||
      x + room.width / scale < whole.x + whole.width ||
      y + room.height / scale < whole.y + whole.height);
  const shape = whole === null ? 1 : whole.width / Math.max(1, whole.height);
  // As tall, or as wide, as the scene is; and wide enough to be taken by hand.
  const size = {
    width: Math.max(40, Math.min(LARGEST.width, LARGEST.height * shape)),
    height: Math.max(40, Math.min(LARGEST.height, LARGEST.width / shape)),
  };
  const style = styleOf(new Map(), null);
  useEffect(() => {
    if (canvas.current !== null && scene !== null) drawMap(canvas.current, scene, style, size);
  }, [scene, isNeeded, style.colours, overlay.value, overlayScale.value]);
  if (!isNeeded || scene === null || room.width < 400) return null;
  const camera = fitting(whole, size);
  const goTo = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    controller.move({
      x: camera.x + left / camera.scale - room.width / scale / 2,
      y: camera.y + top / camera.scale - room.height / scale / 2,
      scale,
    });
  };
  return (
    <div
      class="graph-map"
      data-testid="graph-map"
      aria-hidden="true"
      style={{ width: `${size.width}px`, height: `${size.height}px` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goTo(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) goTo(event);
      }}
    >
      <canvas ref={canvas} style={{ width: "100%", height: "100%" }} />
      <span
        style={{
          left: `${(x - camera.x) * camera.scale}px`,
          top: `${(y - camera.y) * camera.scale}px`,
          width: `${(room.width / scale) * camera.scale}px`,
          height: `${(room.height / scale) * camera.scale}px`,
        }}
      />
    </div>
  );
}
