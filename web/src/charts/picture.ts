/** A chart as a picture of its own: below its title, with axis titles, above the names of its series, and on a ground. */

import type { ChartContent } from "./chart_content";
import { drawAxes } from "./draw_axes";
import { drawChart } from "./draw_chart";
import { figureOf } from "./figure";
import type { Fit } from "./fit";
import { canvasLayer } from "./layer";
import { LEGEND_ROW } from "./legend";
import { FONT } from "./text_width";

/** A canvas with `ratio` pixels per CSS pixel; null where the browser gives none. */
export function pictureOf(
  content: ChartContent,
  fit: Fit,
  size: { width: number; height: number },
  title: string,
  ratio: number,
): HTMLCanvasElement | null {
  const { width, height, plot, x, y, across, up, legend, legendTop } = figureOf(content, fit, size);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.fillStyle = content.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  drawAxes(context, plot, across, up, content, ratio);
  const scaled = {
    ...{ left: plot.left * ratio, top: plot.top * ratio },
    ...{ width: plot.width * ratio, height: plot.height * ratio, ratio },
  };
  context.save();
  context.beginPath();
  context.rect(scaled.left, scaled.top, scaled.width, scaled.height);
  context.clip();
  const axes = {
    x: { ...x, start: x.start * ratio, end: x.end * ratio },
    y: { ...y, start: y.start * ratio, end: y.end * ratio },
  };
  drawChart(context, canvasLayer(context), content, fit, { ...scaled, ...axes });
  context.restore();
  context.scale(ratio, ratio);
  context.fillStyle = content.text;
  context.font = FONT.replace("11px", "13px");
  context.fillText(title, 8, 18, width - 16);
  context.font = FONT;
  context.textAlign = "center";
  const below = plot.top + plot.height;
  context.fillText(content.xTitle, plot.left + plot.width / 2, below + 34, plot.width);
  context.save();
  context.translate(12, plot.top + plot.height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(content.yTitle, 0, 0, plot.height);
  context.restore();
  context.textAlign = "left";
  context.lineWidth = 2;
  for (const [i, { label, style }] of legend.entries()) {
    const row = legendTop + LEGEND_ROW * i;
    context.fillText(label, plot.left + 28, row, width - plot.left - 36);
    if (style === null) continue;
    context.strokeStyle = style.colour;
    context.setLineDash([...style.dash]);
    context.beginPath();
    context.moveTo(plot.left, row - 4);
    context.lineTo(plot.left + 20, row - 4);
    context.stroke();
  }
  return canvas;
}
