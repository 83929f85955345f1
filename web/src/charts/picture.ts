/** A chart as a picture of its own: below its title, above the names of its series, and on a ground. */

import type { ChartContent } from "./chart_content";
import { LEGEND_ROW, legendOf } from "./legend";

export const FONT = '11px system-ui, "Segoe UI", Roboto, sans-serif';
/** In CSS pixels. */
const TITLE_HEIGHT = 26;
const LEGEND_LEFT = 56;

/** A canvas with the drawing, `ratio` canvas pixels per CSS pixel. */
export function pictureOf(
  drawn: HTMLCanvasElement,
  ratio: number,
  content: Pick<ChartContent, "series" | "text" | "ground">,
  title: string,
): HTMLCanvasElement | null {
  const legend = legendOf(content.series);
  const canvas = document.createElement("canvas");
  canvas.width = drawn.width;
  canvas.height = drawn.height + (TITLE_HEIGHT + LEGEND_ROW * legend.length + 8) * ratio;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.fillStyle = content.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawn, 0, TITLE_HEIGHT * ratio);
  context.scale(ratio, ratio);
  const width = drawn.width / ratio;
  context.fillStyle = content.text;
  context.font = FONT.replace("11px", "13px");
  context.fillText(title, 8, 18, width - 16);
  context.font = FONT;
  context.lineWidth = 2;
  for (const [i, { label, style }] of legend.entries()) {
    const y = TITLE_HEIGHT + drawn.height / ratio + LEGEND_ROW * i + 10;
    context.fillText(label, LEGEND_LEFT + 28, y, width - LEGEND_LEFT - 36);
    if (style === null) continue;
    context.strokeStyle = style.colour;
    context.setLineDash([...style.dash]);
    context.beginPath();
    context.moveTo(LEGEND_LEFT, y - 4);
    context.lineTo(LEGEND_LEFT + 20, y - 4);
    context.stroke();
  }
  return canvas;
}
