/** A chart as an SVG document: axes and labels as text, lines as paths, for papers and slides. */

import type { AxisLayout } from "./axes";
import type { ChartContent } from "./chart_content";
import type { Pen } from "./draw";
import { LABEL_BELOW, LABEL_BESIDE, MINOR_TICK, type Rectangle, TICK } from "./draw_axes";
import { drawChart } from "./draw_chart";
import { figureOf } from "./figure";
import type { Fit } from "./fit";
import type { Layer } from "./layer";
import { LEGEND_ROW } from "./legend";

/** A drawing as SVG elements: a pen that writes. Coordinates have two decimals. */
export class SvgPen implements Pen {
  fillStyle: Pen["fillStyle"] = "#000000";
  strokeStyle: Pen["strokeStyle"] = "#000000";
  lineWidth = 1;
  lineJoin: CanvasLineJoin = "miter";
  globalAlpha = 1;
  font = "";
  textAlign: CanvasTextAlign = "left";
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

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.#path.push(`C${[x1, y1, x2, y2, x, y].map(number).join(" ")}`);
  }

  closePath(): void {
    this.#path.push("Z");
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#path = [`M${number(x)} ${number(y)}h${number(width)}v${number(height)}h${number(-width)}Z`];
    this.fill();
    this.#path = [];
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const r = Math.min(radius, width / 2, height / 2);
    const corner = (across: number, down: number): string =>
      `a${number(r)} ${number(r)} 0 0 1 ${number(across)} ${number(down)}`;
    this.#path.push(
      `M${number(x + r)} ${number(y)}h${number(width - 2 * r)}${corner(r, r)}v${number(height - 2 * r)}${corner(-r, r)}`,
      `h${number(2 * r - width)}${corner(-r, -r)}v${number(2 * r - height)}${corner(r, -r)}Z`,
    );
  }

  /** `font` as CSS has it, with its size in pixels. */
  fillText(text: string, x: number, y: number): void {
    const [, weight, size] = /^(?:(\d+) )?(\d+(?:\.\d+)?)px/u.exec(this.font) ?? [];
    const anchor = { center: "middle", right: "end", end: "end" }[this.textAlign as string];
    const attributes = [
      ...(size === undefined ? [] : [`font-size="${size}"`]),
      ...(weight === undefined ? [] : [`font-weight="${weight}"`]),
      ...(anchor === undefined ? [] : [`text-anchor="${anchor}"`]),
      ...(this.globalAlpha === 1 ? [] : [`opacity="${this.globalAlpha}"`]),
    ];
    this.elements.push(
      `<text x="${number(x)}" y="${number(y)}" fill="${this.fillStyle}" ${attributes.join(" ")}>${escaped(text)}</text>`,
    );
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

export function escaped(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  // XML has no place for control characters, not even escaped.
  return text
    .replaceAll(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, "")
    .replaceAll(/[&<>"]/gu, (character) => entities[character]);
}

/** Grid lines, ticks and labels, and among those of x the titles of the axes, which are elements. */
export function axesSvg(
  { left, top, width, height }: Rectangle,
  across: AxisLayout,
  up: AxisLayout,
  { text, grid }: Pick<ChartContent, "text" | "grid">,
  titles: readonly string[] = [],
): string[] {
  const bottom = top + height;
  return [
    `<g stroke="${grid}">`,
    ...across.ticks.map((at) => `<path d="M${number(at)} ${top}V${bottom + TICK}"/>`),
    ...up.ticks.map((at) => `<path d="M${left - TICK} ${number(at)}H${left + width}"/>`),
    "</g>",
    `<g stroke="${text}" opacity="0.5">`,
    ...across.minor.map((at) => `<path d="M${number(at)} ${bottom - MINOR_TICK}V${bottom}"/>`),
    ...up.minor.map((at) => `<path d="M${left} ${number(at)}h${MINOR_TICK}"/>`),
    "</g>",
    '<g text-anchor="middle">',
    ...across.labels.map(
      ({ text: label, at }) => `<text x="${number(at)}" y="${bottom + LABEL_BELOW}">${escaped(label)}</text>`,
    ),
    ...titles,
    "</g>",
    '<g text-anchor="end">',
    ...up.labels.map(
      ({ text: label, at }) =>
        `<text x="${left - LABEL_BESIDE}" y="${number(at + 4)}">${escaped(label)}</text>`,
    ),
    "</g>",
  ];
}

/** The document: title, axes with their titles, the drawing, and the names of the series below. */
export function svgOf(
  content: ChartContent,
  fit: Fit,
  size: { width: number; height: number },
  title: string,
): string {
  const { plot, x, y, across, up, legend, legendTop, ...total } = figureOf(content, fit, size);
  const { left, top, width, height } = plot;
  const pen = new SvgPen();
  drawChart(pen, pen.layer, content, fit, { ...plot, x, y, ratio: 1 });
  const bottom = top + height;
  const middle = number(top + height / 2);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${total.width}" height="${total.height}" font-family="system-ui, sans-serif" font-size="11" fill="${content.text}">`,
    `<rect width="100%" height="100%" fill="${content.ground}"/>`,
    `<text x="8" y="18" font-size="13">${escaped(title)}</text>`,
    ...axesSvg(plot, across, up, content, [
      `<text x="${number(left + width / 2)}" y="${bottom + 34}">${escaped(content.xTitle)}</text>`,
      `<text x="12" y="${middle}" transform="rotate(-90 12 ${middle})">${escaped(content.yTitle)}</text>`,
    ]),
    `<clipPath id="plot"><rect x="${left}" y="${top}" width="${width}" height="${height}"/></clipPath>`,
    '<g clip-path="url(#plot)">',
    ...pen.elements,
    "</g>",
    ...legend.map(({ label, style }, i) => {
      const row = legendTop + LEGEND_ROW * i;
      const text = `<text x="${left + 28}" y="${row}">${escaped(label)}</text>`;
      if (style === null) return text;
      const dash = style.dash.length === 0 ? "" : ` stroke-dasharray="${style.dash.join(" ")}"`;
      return `<path d="M${left} ${row - 4}h20" stroke="${style.colour}" stroke-width="2"${dash}/>${text}`;
    }),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}
