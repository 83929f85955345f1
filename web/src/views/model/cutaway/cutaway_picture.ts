/** The cutaway as a picture of its own, below its title and above what its colours mean: as SVG, and as PNG. */

import { escaped } from "../../../charts/svg";
import { FONT, textWidth } from "../../../charts/text_width";
import { FRAME, runStyle } from "../../../kit/colour";
import { theme } from "../../../state/preferences";
import { outline } from "../model_state";
import { formatOverlay } from "../overlay/overlay";
import { overlay, overlayScale } from "../overlay/overlay_state";
import { colourOfShare } from "../overlay/scale";
import { areaCost, nameOf, valueText } from "./cutaway_state";
import { percent } from "./labels";
import { drawBoxes } from "./paint";
import { legendEntries, type Scene, textColour } from "./scene";
import { CanvasSheet, type Sheet, SvgSheet } from "./sheet";

const TITLE = 28;
const LEGEND = 24;
const SWATCH = 9;
const RAMP = { width: 96, steps: 24 };

export function titleOfScene({ tree, zoomed }: Scene): string {
  const { name, key } = nameOf(tree, zoomed);
  const where = zoomed === 0 ? outline.value?.title || name : key;
  return `${where}: ${areaCost.value?.title ?? ""} ${valueText(tree.weight[zoomed])}`;
}

/** Everything but the boxes. */
function drawFrame(sheet: Sheet, scene: Scene): void {
  const { width, height } = scene.size;
  const quiet = FRAME[theme.value].text;
  sheet.text(titleOfScene(scene), 0, 18, textColour(), true);
  const y = TITLE + height + 16;
  let x = 0;
  const entry = (text: string): void => {
    sheet.text(text, x, y, quiet, false);
    x += textWidth(text) + 14;
  };
  const swatch = (colour: string, size: number): void => {
    sheet.box({ left: x, top: y - SWATCH, width: size, height: SWATCH }, colour, colour, "", "");
    x += size;
  };
  const entries = legendEntries(scene.tree);
  for (const { name, hue, share } of entries) {
    const text = `${name} ${percent(share)}`;
    if (x + SWATCH + textWidth(text) > width) break;
    swatch(runStyle(hue, theme.value).colour, SWATCH);
    x += 4;
    entry(text);
  }
  const [shown, scale] = [overlay.value, overlayScale.value];
  if (entries.length > 0 || shown === null || scale === null) return;
  entry(`${shown.title}  ${formatOverlay(scale.low, shown.unit)}`);
  for (let i = 0; i < RAMP.steps; i++)
    swatch(colourOfShare(i / (RAMP.steps - 1), scale, theme.value), RAMP.width / RAMP.steps);
  x += 6;
  entry(`${formatOverlay(scale.high, shown.unit)}${scale.kind === "log" ? " log" : ""}`);
}

export function cutawaySvg(scene: Scene): string {
  const { width, height } = scene.size;
  const [frame, boxes] = [new SvgSheet(), new SvgSheet()];
  drawFrame(frame, scene);
  drawBoxes(boxes, scene.boxes);
  const whole = height + TITLE + LEGEND;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" font-family="system-ui, sans-serif" font-size="11">`,
    `<title>${escaped(titleOfScene(scene))}</title>`,
    `<defs>${boxes.definitions.join("")}</defs>`,
    `<rect width="100%" height="100%" fill="${FRAME[theme.value].ground}"/>`,
    ...frame.elements,
    `<g transform="translate(0 ${TITLE})">`,
    ...boxes.elements,
    "</g>",
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

/** With `ratio` pixels per CSS pixel; null where the browser gives no canvas. */
export function cutawayCanvas(scene: Scene, ratio: number): HTMLCanvasElement | null {
  const { width, height } = scene.size;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round((height + TITLE + LEGEND) * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.scale(ratio, ratio);
  context.fillStyle = FRAME[theme.value].ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.font = FONT;
  const sheet = new CanvasSheet(context);
  drawFrame(sheet, scene);
  context.translate(0, TITLE);
  drawBoxes(sheet, scene.boxes);
  return canvas;
}

/** Draw on a canvas on screen. */
export function drawScene(canvas: HTMLCanvasElement, { size, boxes }: Scene, ratio: number): void {
  // This also empties it.
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.scale(ratio, ratio);
  drawBoxes(new CanvasSheet(context), boxes);
}
