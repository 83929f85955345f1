/** A picture on a canvas of its own pixels, with brightness, contrast and colours; an animation as the browser plays it. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { imageFields, WIDTHS } from "./image_link";
import type { Picture } from "./load_picture";
import { type Adjustment, drawAdjusted } from "./pixels";

export function adjustmentNow(): Adjustment {
  const { brightness, contrast, colours } = imageFields;
  return { brightness, contrast, isColoured: colours === "viridis" };
}

interface Props {
  picture: Picture;
  label: string;
}

export function PictureCanvas({ picture, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { brightness, contrast, colours, isActualSize } = imageFields;
  useLayoutEffect(() => {
    // One that was closed is about to be replaced.
    if (canvas.current !== null && picture.bitmap.width > 0)
      drawAdjusted(canvas.current, picture.bitmap, adjustmentNow());
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
