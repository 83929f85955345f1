/** A scene as an SVG document: what is in sight, or the whole. */

import { escaped, SvgPen } from "../svg";
import { drawGraph, type GraphStyle, type Sight } from "./draw_graph";
import { drawEmphasis, type Emphasis } from "./emphasis";
import type { Scene } from "./scene";

/** `sight.scale` is the scale of the picture. */
export function graphSvg(
  scene: Scene,
  sight: Sight,
  style: GraphStyle,
  emphasis: Emphasis,
  title: string,
): string {
  const pen = new SvgPen();
  drawGraph(pen, scene, sight, style);
  drawEmphasis(pen, scene, sight, style.colours, emphasis);
  const [width, height] = [sight.width * sight.scale, sight.height * sight.scale].map(Math.ceil);
  const box = [sight.x, sight.y, sight.width, sight.height].map((each) => each.toFixed(2)).join(" ");
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${box}" font-family="system-ui, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="${sight.x}" y="${sight.y}" width="100%" height="100%" fill="${style.colours.ground}"/>`,
    ...pen.elements,
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}
