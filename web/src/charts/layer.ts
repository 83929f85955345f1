/** Things that cover each other opaquely, and together let the things behind them shine through. */

import type { Pen } from "./draw";

/** Draws all that `draw` does as one, with an opacity. */
export type Layer = (opacity: number, draw: (pen: Pen) => void) => void;

/** One for all charts: they are drawn one after the other. */
let scratch: HTMLCanvasElement | null = null;

/** Layers on a canvas, over the whole of it. */
export function canvasLayer(context: CanvasRenderingContext2D): Layer {
  return (opacity, draw) => {
    scratch ??= document.createElement("canvas");
    const { width, height } = context.canvas;
    // This also empties it.
    scratch.width = width;
    scratch.height = height;
    const pen = scratch.getContext("2d");
    if (pen === null) return;
    draw(pen);
    context.globalAlpha = opacity;
    context.drawImage(scratch, 0, 0);
  };
}
