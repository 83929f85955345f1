/** A picture on a canvas of its own pixels, with brightness, contrast and colours; an animation as the browser plays it. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { imageFields, WIDTHS } from "./image_link";
import type { Picture } from "./load_picture";
import { type Adjustment, drawAdjusted } from "./pixels";

export function adjustmentNow(): Adjustment {
  const { brightness, contrast, colours } = imageFields;
  return { brightness, contrast, isColoured: colours === "viridis" };
}

/** What is to be drawn when all that changes with it is in the document. */
const waiting = new Map<HTMLCanvasElement, () => void>();

/**
 * Drawing a picture has the page laid out, which would be done anew for each picture where the page changes between them.
 * So the canvases take their sizes at once, and are drawn one behind the other.
 */
function drawSoon(canvas: HTMLCanvasElement, { bitmap }: Picture, adjustment: Adjustment): void {
  if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
  if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
  if (waiting.size === 0) queueMicrotask(drawWaiting);
  waiting.set(canvas, () => {
    // One that was closed is about to be replaced.
    if (bitmap.width > 0) drawAdjusted(canvas, bitmap, adjustment);
  });
}

function drawWaiting(): void {
  const draws = [...waiting.values()];
  waiting.clear();
  for (const draw of draws) draw();
}

interface Props {
  picture: Picture;
  label: string;
}

export function PictureCanvas({ picture, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { brightness, contrast, colours, isActualSize } = imageFields;
  useLayoutEffect(() => {
    if (canvas.current !== null && picture.bitmap.width > 0)
      drawSoon(canvas.current, picture, adjustmentNow());
  }, [picture, brightness, contrast, colours]);
  const { width, height } = picture;
  const size = isActualSize
    ? { width: `${width}px`, height: `${height}px` }
    : { width: `min(100%, ${width / height} * 100cqh)`, aspectRatio: `${width} / ${height}` };
  const room = WIDTHS[imageFields.size] * devicePixelRatio;
  const isEnlarged = !isActualSize && width < room && height < room;
  const look = isEnlarged ? "picture is-enlarged" : "picture";
  if (picture.animation !== null) {
    const filter = `brightness(${brightness}%) contrast(${contrast}%)`;
    return <img class={look} src={picture.animation} alt={label} style={{ ...size, filter }} />;
  }
  return <canvas class={look} ref={canvas} role="img" aria-label={label} style={size} data-testid="pixels" />;
}
