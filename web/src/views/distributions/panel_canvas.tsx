/** A panel on the screen: draws it, tells what is under the pointer, and fixes the shared place by a click. */

import { useEffect, useRef } from "preact/hooks";
import { drawSoon } from "../../charts/draw_queue";
import { drawPanel } from "../../charts/panel_picture";
import type { FrameColours } from "../../kit/colour";
import { changePlace } from "../../state/place";
import { drawnAxis } from "../steps/step_axis";
import type { HistogramPanel } from "./panel";
import { tooltip } from "./tooltip";

interface PanelCanvasProps {
  panel: HistogramPanel;
  colours: FrameColours;
  /** For screen readers. */
  label: string;
  onDrawn: () => void;
}

export function PanelCanvas({ panel, colours, label, onDrawn }: PanelCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const owner = useRef({});
  useEffect(() => {
    drawSoon(owner.current, () => {
      const element = canvas.current;
      if (element === null) return;
      const start = performance.now();
      drawPanel(element, panel, colours, devicePixelRatio);
      element.dataset.drawn = (performance.now() - start).toFixed(1);
      onDrawn();
    });
  }, [panel, colours]);
  useEffect(
    () => () => {
      drawSoon(owner.current, null);
      tooltip.value = null;
    },
    [],
  );
  const pointed = (event: MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return panel.at(event.clientX - box.left, event.clientY - box.top);
  };
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      style={{ width: `${panel.size.width}px`, height: `${panel.size.height}px` }}
      onPointerMove={(event) => {
        tooltip.value = { pointed: pointed(event), clientX: event.clientX, clientY: event.clientY };
      }}
      onPointerLeave={() => {
        tooltip.value = null;
      }}
      onClick={(event) => {
        const [first] = pointed(event);
        if (first === undefined || first.row === null) return;
        changePlace({ place: { axis: drawnAxis.peek(), x: first.run.x[first.row] } });
      }}
    />
  );
}
