/** A chart as an SVG document: axes and labels as text, lines as paths, for papers and slides. */

import { unlabelled, xLabels, xTicks, yLabels, yTicks } from "./axes";
import type { ChartContent } from "./chart_content";
import type { Pen } from "./draw";
import { drawChart, projections } from "./draw_chart";
import type { Fit } from "./fit";
import type { Layer } from "./layer";
import { LEGEND_ROW, legendOf } from "./legend";
import { pixelsOf } from "./projection";

/** A drawing as SVG elements: a pen that writes. Coordinates have two decimals. */
export class SvgPen implements Pen {
  fillStyle: Pen["fillStyle"] = "#000000";
  strokeStyle: Pen["strokeStyle"] = "#000000";
  lineWidth = 1;
  lineJoin: CanvasLineJoin = "miter";
  globalAlpha = 1;
  #dash: readonly number[] = [];
  #path: string[] = [];
  readonly elements: string[] = [];

  beginPath(): void {
    this.#path = [];
  }

  moveTo(x: number, y: number): void {
    this.#path.push(`M${number(x)} ${number(y)}`);
  }

  lineTo(x: number, y: number): void {
    this.#path.push(`L${number(x)} ${number(y)}`);
  }

  closePath(): void {
    this.#path.push("Z");
  }

  /** A whole circle: nothing else is drawn. */
  arc(x: number, y: number, radius: number): void {
    const [left, right, r] = [number(x - radius), number(x + radius), number(radius)];
    this.#path.push(
      `M${left} ${number(y)}A${r} ${r} 0 1 0 ${right} ${number(y)}A${r} ${r} 0 1 0 ${left} ${number(y)}Z`,
    );
  }

  setLineDash(dash: Iterable<number>): void {
    this.#dash = [...dash];
  }

  fill(): void {
    this.#write(`fill="${this.fillStyle}"`);
  }

  stroke(): void {
    const dash = this.#dash.length === 0 ? "" : ` stroke-dasharray="${this.#dash.join(" ")}"`;
    const width = number(this.lineWidth);
    this.#write(
      `fill="none" stroke="${this.strokeStyle}" stroke-width="${width}" stroke-linejoin="${this.lineJoin}"${dash}`,
    );
  }

  readonly layer: Layer = (opacity, draw) => {
    this.elements.push(`<g opacity="${opacity}">`);
    this.globalAlpha = 1;
    draw(this);
    this.elements.push("</g>");
  };

  #write(attributes: string): void {
    if (this.#path.length === 0) return;
    const opacity = this.globalAlpha === 1 ? "" : ` opacity="${this.globalAlpha}"`;
    this.elements.push(`<path d="${this.#path.join("")}" ${attributes}${opacity}/>`);
  }
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  // XML has no place for control characters, not even escaped.
  return text
    .replaceAll(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, "")
    .replaceAll(/[&<>"]/gu, (character) => entities[character]);
}

const MARGIN = { left: 56, right: 12, top: 30, bottom: 26 };

/** The document: title, axes, the drawing, and the names of the series below. */
export function svgOf(
  content: ChartContent,
  fit: Fit,
  size: { width: number; height: number },
  title: string,
): string {
  const legend = legendOf(content.series);
  const plot = {
    ...{ left: MARGIN.left, top: MARGIN.top, ratio: 1 },
    width: Math.max(1, size.width - MARGIN.left - MARGIN.right),
    height: Math.max(1, size.height - MARGIN.top - MARGIN.bottom),
  };
  const { left, top, width, height } = plot;
  const axes = projections(content, fit, plot);
  const [toX, toY] = [pixelsOf(axes.x), pixelsOf(axes.y)];
  const across = xTicks(content, fit, size.width);
  const up = yTicks(content, fit, size.height);
  const acrossLabels = fit.hasX ? xLabels(content, across) : unlabelled(across);
  const upLabels = fit.hasY ? yLabels(content, up) : unlabelled(up);
  const pen = new SvgPen();
  drawChart(pen, pen.layer, content, fit, { ...plot, ...axes });
  const total = size.height + LEGEND_ROW * legend.length + 8;
  const bottom = top + height;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${total}" font-family="system-ui, sans-serif" font-size="11" fill="${content.text}">`,
    `<rect width="100%" height="100%" fill="${content.ground}"/>`,
    `<text x="8" y="18" font-size="13">${escaped(title)}</text>`,
    `<g stroke="${content.grid}">`,
    ...across.map((tick) => `<path d="M${number(toX(tick))} ${top}V${bottom}"/>`),
    ...up.map((tick) => `<path d="M${left} ${number(toY(tick))}H${left + width}"/>`),
    "</g>",
    '<g text-anchor="middle">',
    ...across.map(
      (tick, i) => `<text x="${number(toX(tick))}" y="${bottom + 16}">${escaped(acrossLabels[i])}</text>`,
    ),
    "</g>",
    '<g text-anchor="end">',
    ...up.map(
      (tick, i) => `<text x="${left - 6}" y="${number(toY(tick) + 4)}">${escaped(upLabels[i])}</text>`,
    ),
    "</g>",
    `<clipPath id="plot"><rect x="${left}" y="${top}" width="${width}" height="${height}"/></clipPath>`,
    '<g clip-path="url(#plot)">',
    ...pen.elements,
    "</g>",
    ...legend.map(({ label, style }, i) => {
      const y = size.height + LEGEND_ROW * i + 10;
      const text = `<text x="${left + 28}" y="${y}">${escaped(label)}</text>`;
      if (style === null) return text;
      const dash = style.dash.length === 0 ? "" : ` stroke-dasharray="${style.dash.join(" ")}"`;
      return `<path d="M${left} ${y - 4}h20" stroke="${style.colour}" stroke-width="2"${dash}/>${text}`;
    }),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}
