/** Panels as pixels, and as SVG. */

import type { FrameColours } from "../kit/colour";
import { drawAxes } from "./draw_axes";
import { heatPixels } from "./heat_map";
import type { Panel } from "./panel";
import { axesSvg, escaped, SvgPen } from "./svg";
import { FONT } from "./text_width";

/** The cells as a small picture, a pixel each. */
function cellPicture(panel: Panel, ratio: number): HTMLCanvasElement | null {
  if (panel.cells === null || panel.cells.extent === null) return null;
  const { width, height, rgba } = heatPixels(panel.cells, panel.plot.height * ratio);
  const small = document.createElement("canvas");
  small.width = width;
  small.height = height;
  const image = new ImageData(width, height);
  image.data.set(rgba);
  small.getContext("2d")?.putImageData(image, 0, 0);
  return small;
}

/** Draw a panel on a canvas of its size, with `ratio` pixels per CSS pixel. */
export function drawPanel(
  canvas: HTMLCanvasElement,
  panel: Panel,
  colours: FrameColours,
  ratio: number,
): void {
  canvas.width = Math.round(panel.size.width * ratio);
  canvas.height = Math.round(panel.size.height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return;
  const { left, top, width, height } = panel.plot;
  drawAxes(context, panel.plot, panel.across, panel.up, colours, ratio);
  context.save();
  context.scale(ratio, ratio);
  context.beginPath();
  context.rect(left, top, width, height + 1);
  context.clip();
  const picture = cellPicture(panel, ratio);
  if (picture !== null) {
    context.imageSmoothingEnabled = false;
    context.drawImage(picture, left, top, width, height);
  }
  panel.draw(context);
  context.restore();
}

const TITLE = 28;
const NAME = 18;

export interface NamedPanel {
  name: string;
  panel: Panel;
}

/** All panels of a card in one picture, below its title, beside each other in rows as they are on screen. */
function placesOf(panels: readonly NamedPanel[], width: number) {
  let [left, top, row] = [0, TITLE, 0];
  const places = panels.map(({ panel }) => {
    if (left > 0 && left + panel.size.width > width + 1) {
      left = 0;
      top += row;
      row = 0;
    }
    const place = { left, top };
    left += panel.size.width;
    row = Math.max(row, NAME + panel.size.height);
    return place;
  });
  return { places, height: top + row };
}

export function pictureOf(
  title: string,
  panels: readonly NamedPanel[],
  width: number,
  colours: FrameColours,
  ratio: number,
): HTMLCanvasElement {
  const { places, height } = placesOf(panels, width);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(ratio, ratio);
  context.fillStyle = colours.text;
  context.font = FONT.replace("11px", "13px");
  context.fillText(title, 8, 18, width - 16);
  context.font = FONT;
  for (const [i, { name, panel }] of panels.entries()) {
    const { left, top } = places[i];
    context.fillText(name, left + panel.plot.left, top + 12, panel.plot.width);
    const own = document.createElement("canvas");
    drawPanel(own, panel, colours, ratio);
    context.drawImage(own, left, top + NAME, panel.size.width, panel.size.height);
  }
  return canvas;
}

function cellsSvg({ cells, plot }: Panel): string[] {
  if (cells === null || cells.extent === null) return [];
  const { width, height, rgba } = heatPixels(cells, cells.rows);
  const [across, down] = [plot.width / width, plot.height / height];
  const parts: string[] = [];
  for (let i = 0; i < width * height; i++) {
    if (rgba[4 * i + 3] === 0) continue;
    const [x, y] = [plot.left + (i % width) * across, plot.top + Math.floor(i / width) * down];
    const fill = `rgb(${rgba[4 * i]},${rgba[4 * i + 1]},${rgba[4 * i + 2]})`;
    // A little larger than a cell: else the ground shines through between them.
    parts.push(
      `<rect x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${(across + 0.1).toFixed(2)}" height="${(down + 0.1).toFixed(2)}" fill="${fill}"/>`,
    );
  }
  return parts;
}

export function svgOf(
  title: string,
  panels: readonly NamedPanel[],
  width: number,
  colours: FrameColours,
): string {
  const { places, height } = placesOf(panels, width);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="${colours.text}">`,
    `<rect width="100%" height="100%" fill="${colours.ground}"/>`,
    `<text x="8" y="18" font-size="13">${escaped(title)}</text>`,
  ];
  for (const [i, { name, panel }] of panels.entries()) {
    const { left, top } = places[i];
    const pen = new SvgPen();
    panel.draw(pen);
    const { plot } = panel;
    parts.push(
      `<g transform="translate(${left} ${top})"><text x="${plot.left}" y="12">${escaped(name)}</text></g>`,
      `<g transform="translate(${left} ${top + NAME})">`,
      ...axesSvg(plot, panel.across, panel.up, colours),
      `<clipPath id="plot${i}"><rect x="${plot.left}" y="${plot.top}" width="${plot.width}" height="${plot.height + 1}"/></clipPath>`,
      `<g clip-path="url(#plot${i})">`,
      ...cellsSvg(panel),
      ...pen.elements,
      "</g></g>",
    );
  }
  return `${[...parts, "</svg>"].join("\n")}\n`;
}
