/** A plot on the screen: draws it, and reports the pointer in pixels of the plot. */

import { useEffect, useRef } from "preact/hooks";
import { drawSoon } from "../../charts/draw_queue";
import { drawPanel } from "../../charts/panel_picture";
import type { FrameColours } from "../../kit/colour";
import type { CurvePlot } from "./plots";

interface PlotCanvasProps {
  plot: CurvePlot;
  colours: FrameColours;
  /** For screen readers. */
  label: string;
  onDrawn: () => void;
  onPoint: (left: number, top: number, event: MouseEvent) => void;
  onLeave: () => void;
  onPick: (left: number, top: number) => void;
}

export function PlotCanvas({ plot, colours, label, onDrawn, onPoint, onLeave, onPick }: PlotCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const owner = useRef({});
  useEffect(() => {
    drawSoon(owner.current, () => {
      if (canvas.current === null) return;
      drawPanel(canvas.current, plot, colours, devicePixelRatio);
      onDrawn();
    });
  }, [plot, colours]);
  useEffect(
    () => () => {
      drawSoon(owner.current, null);
      onLeave();
    },
    [],
  );
  const placeOf = (event: MouseEvent): [number, number] => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      style={{ width: `${plot.size.width}px`, height: `${plot.size.height}px` }}
      onPointerMove={(event) => onPoint(...placeOf(event), event)}
      onPointerLeave={onLeave}
      onClick={(event) => onPick(...placeOf(event))}
    />
  );
}
