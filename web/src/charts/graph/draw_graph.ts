/**
 * Drawing of a scene with any pen, on a canvas or as SVG. The pen draws in pixels of the scene: who calls has scaled it.
 * What is out of sight is left out, and far away what could not be read or told apart.
 */

import { NODE_KIND } from "../../api/model";
import type { Pen } from "../draw";
import { cutText, textWidth } from "../text_width";
import { BOX, NUMBER_WIDTH, TEXT_FONT, TITLE_FONT } from "./box_text";
import type { GraphColours } from "./colours";
import { drawEdges } from "./draw_edges";
import type { Morph } from "./morph";
import { FRAME } from "./nested";
import { type Frame, firstOf, keyOf, type Rect, rectOf, rectOfFrame, type Scene } from "./scene";

export type GraphPen = Pen &
  Pick<
    CanvasRenderingContext2D,
    "bezierCurveTo" | "fillRect" | "roundRect" | "fillText" | "font" | "textAlign"
  >;

/** An overlay on a box: a colour that it is filled with, the share of a bar from 0 to 1, and a number. Null for none. */
export interface BoxLook {
  colour: string | null;
  bar: number | null;
  text: string;
}

export interface GraphStyle {
  colours: GraphColours;
  lookOf: (frame: Frame, box: number) => BoxLook;
  /** Words instead of a box's second line: that it is being read, or why it cannot be; empty for none. */
  noteOf: (frame: Frame, box: number) => string;
  /** Keys of the boxes that are not dimmed; null where none is. */
  lit: ReadonlySet<string> | null;
}

export interface Sight extends Rect {
  /** Pixels of the screen per pixel of the scene. */
  scale: number;
  /** While all moves: boxes alone, or what is written in them too. */
  detail: "boxes" | "texts" | "all";
  /** Where boxes are on their way to their places; null where they are there. */
  morph: Morph | null;
}

/** Text is drawn from so many pixels of the screen on. */
const LEAST_TEXT = 6;
const TITLE_SIZE = 12;
const TEXT_SIZE = 11;
/** Of an opened group far away: its name, in pixels of the screen. */
const FAR_TITLE = 11;
const DIMMED = 0.25;
/** Of boxes that are smaller on the screen one is drawn for each pixel. */
const LEAST_BOX = 1;
/** Of an overlay: at the left of a box its colour, and along its lower edge its bar. */
const STRIPE = 4;
const BAR = 3;

/** Whether titles, and what is smaller, can be read. */
export function isLegible(scale: number): boolean {
  return TITLE_SIZE * scale >= LEAST_TEXT;
}

/** Returns how many boxes were drawn. */
export function drawGraph(pen: GraphPen, scene: Scene, sight: Sight, style: GraphStyle): number {
  let drawn = 0;
  const { root } = scene;
  if (sight.morph === null && !touches(rectOfFrame(root), sight)) return 0;
  // Frames lie behind their parents: each is drawn over its box. The whole has no border of its own.
  for (const frame of scene.frames) {
    const rect = sight.morph?.frame(frame) ?? rectOfFrame(frame);
    if (!touches(rect, sight)) continue;
    const own = frame.parent === null ? null : keyOf({ group: frame.group });
    const isDimmed = style.lit !== null && own !== null && !style.lit.has(own);
    pen.globalAlpha = 1;
    if (frame.parent !== null) drawFrame(pen, frame, rect, sight, style, isDimmed);
    if (Math.max(rect.width, rect.height) * sight.scale < 8) continue;
    if (sight.detail === "all") drawEdges(pen, frame, sight, style);
    if (frame.parent !== null && sight.detail !== "boxes" && isLegible(sight.scale))
      drawTitle(pen, frame, rect, style);
    drawn += drawBoxes(pen, frame, sight, style);
  }
  pen.globalAlpha = 1;
  if (sight.detail === "all" && !isLegible(sight.scale)) drawFarTitles(pen, scene, sight, style);
  return drawn;
}

export function touches(rect: Rect, sight: Rect): boolean {
  return (
    rect.x <= sight.x + sight.width &&
    rect.x + rect.width >= sight.x &&
    rect.y <= sight.y + sight.height &&
    rect.y + rect.height >= sight.y
  );
}

function drawFrame(
  pen: GraphPen,
  frame: Frame,
  rect: Rect,
  sight: Sight,
  style: GraphStyle,
  isDimmed: boolean,
): void {
  const { colours } = style;
  pen.globalAlpha = isDimmed ? DIMMED * 2 : 1;
  pen.fillStyle = colours.frames[(frame.depth - 1) % 2];
  pen.strokeStyle = colours.frameBorder;
  pen.lineWidth = 1 / Math.min(1, sight.scale);
  pen.beginPath();
  pen.roundRect(rect.x, rect.y, rect.width, rect.height, 4);
  pen.fill();
  pen.stroke();
}

/** Above the lines that come in through the border. */
function drawTitle(pen: GraphPen, frame: Frame, rect: Rect, style: GraphStyle): void {
  const { colours } = style;
  const look = style.lookOf(frame.parent as Frame, frame.box);
  const repeats = (frame.parent as Frame).texts[frame.box].repeats;
  const base = rect.y + 16;
  let x = rect.x + BOX.side;
  const write = (text: string, font: string, colour: string): void => {
    if (text === "") return;
    pen.font = font;
    pen.fillStyle = colour;
    pen.fillText(text, x, base);
    x += textWidth(text, font) + 8;
  };
  const words = textWidth(`▾ ${frame.title}`, TITLE_FONT) + textWidth(frame.type, TEXT_FONT) + 16;
  pen.fillStyle = colours.frames[(frame.depth - 1) % 2];
  pen.beginPath();
  pen.roundRect(rect.x + 2, rect.y + 2, Math.min(words + BOX.side, rect.width - 4), FRAME.title - 4, 3);
  pen.fill();
  write(`▾ ${frame.title}`, TITLE_FONT, colours.text);
  write(frame.type === frame.title ? "" : frame.type, TEXT_FONT, colours.quiet);
  write(repeats === "" ? "" : firstOf(repeats), TEXT_FONT, colours.quiet);
  write(frame.part.left_out > 0 ? `${frame.part.left_out} boxes more` : "", TEXT_FONT, colours.quiet);
  if (look.text !== "" && rect.x + rect.width - x > NUMBER_WIDTH) {
    pen.textAlign = "right";
    pen.font = TEXT_FONT;
    pen.fillStyle = colours.quiet;
    pen.fillText(look.text, rect.x + rect.width - BOX.side, base);
    pen.textAlign = "left";
  }
}

function drawBoxes(pen: GraphPen, frame: Frame, sight: Sight, style: GraphStyle): number {
  const { group, node } = frame.part.boxes;
  const failed = new Set(frame.part.boxes.failed);
  let drawn = 0;
  const pixel = LEAST_BOX / sight.scale;
  const filled = new Set<string>();
  const inSight =
    sight.morph === null
      ? frame.boxStrips.touching(sight.y - frame.top, sight.y + sight.height - frame.top)
      : frame.texts.keys();
  for (const box of inSight) {
    if (frame.inside.has(box)) continue;
    const rect = sight.morph?.box(frame, box) ?? rectOf(frame, box);
    if (!touches(rect, sight)) continue;
    if (rect.height < pixel) {
      const key = `${Math.floor(rect.x / pixel)} ${Math.floor(rect.y / pixel)}`;
      if (filled.has(key)) continue;
      filled.add(key);
      rect.height = pixel;
      rect.width = Math.max(pixel, rect.width);
    }
    drawn++;
    const isLit = style.lit === null || style.lit.has(group[box] >= 0 ? `g${group[box]}` : `n${node[box]}`);
    pen.globalAlpha = isLit ? 1 : DIMMED;
    drawBox(pen, frame, box, rect, sight, style, failed.has(box));
  }
  pen.globalAlpha = 1;
  return drawn;
}

function drawBox(
  pen: GraphPen,
  frame: Frame,
  box: number,
  rect: Rect,
  sight: Sight,
  style: GraphStyle,
  isFailed: boolean,
): void {
  const { colours } = style;
  const { boxes } = frame.part;
  const look = style.lookOf(frame, box);
  const kind = boxes.kind[box];
  const isGiven = kind === NODE_KIND.input || kind === NODE_KIND.output;
  const isGroup = boxes.group[box] >= 0;
  const { x, y, width, height } = rect;
  const isNear = isLegible(sight.scale);
  const radius = isGiven ? height / 2 : isGroup ? 3 : 6;
  pen.fillStyle = isGiven ? colours.given : isGroup ? colours.group : colours.node;
  pen.strokeStyle = isFailed ? colours.error : isGiven ? colours.accent : colours.border;
  pen.lineWidth = isFailed ? 2 : 1;
  if (!isNear) {
    // Corners cannot be seen, and a rectangle is filled far more quickly than a path.
    pen.fillStyle =
      look.colour ?? (isGiven ? colours.accent : isGroup ? colours.frameBorder : colours.border);
    pen.fillRect(x, y, width, height);
    return;
  }
  if (boxes.repeats[box] > 1) {
    for (const off of [6, 3]) {
      pen.beginPath();
      pen.roundRect(x + off, y + off, width, height, radius);
      pen.fill();
      pen.stroke();
    }
  }
  if (kind === NODE_KIND.auxiliary) pen.setLineDash([4, 3]);
  pen.beginPath();
  pen.roundRect(x, y, width, height, radius);
  pen.fill();
  pen.stroke();
  pen.setLineDash([]);
  if (look.colour !== null && isGiven) {
    // A stripe would stand out of its round ends.
    pen.strokeStyle = look.colour;
    pen.lineWidth = STRIPE / 2;
    pen.stroke();
  } else if (look.colour !== null) {
    // At the side, not behind the words: these stay as they are whatever is laid over the graph.
    pen.fillStyle = look.colour;
    pen.beginPath();
    pen.roundRect(x, y, STRIPE, height, 2);
    pen.fill();
    pen.beginPath();
    pen.roundRect(x, y + height - BAR, Math.max(STRIPE, width * Math.min(1, look.bar ?? 0)), BAR, 1);
    pen.fill();
  }
  if (sight.detail !== "boxes" && width > 0.9 * frame.texts[box].width)
    writeBox(pen, frame, box, rect, style, look, isFailed, sight.scale);
}

function writeBox(
  pen: GraphPen,
  frame: Frame,
  box: number,
  { x, y, width, height }: Rect,
  style: GraphStyle,
  look: BoxLook,
  isFailed: boolean,
  scale: number,
): void {
  const { colours } = style;
  const text = frame.texts[box];
  const isOneLine = height < BOX.twoLines;
  const base = isOneLine ? y + height / 2 + 4 : y + 16;
  pen.font = TITLE_FONT;
  pen.fillStyle = isFailed ? colours.error : colours.text;
  const isCentred = isOneLine && text.repeats === "";
  pen.textAlign = isCentred ? "center" : "left";
  pen.fillText(text.title, isCentred ? x + width / 2 : x + BOX.side, base);
  pen.textAlign = "left";
  if (text.repeats !== "") {
    pen.textAlign = "right";
    pen.fillText(text.repeats, x + width - BOX.side, base);
    pen.textAlign = "left";
  }
  if (isOneLine || TEXT_SIZE * scale < LEAST_TEXT) return;
  pen.font = TEXT_FONT;
  pen.fillStyle = colours.quiet;
  const note = isFailed ? "failed" : style.noteOf(frame, box);
  if (note !== "") {
    pen.fillStyle = isFailed ? colours.error : colours.accent;
    pen.fillText(cutText(note, width - 2 * BOX.side), x + BOX.side, y + 31);
    return;
  }
  pen.fillText(text.below, x + BOX.side, y + 31);
  const room = width - 2 * BOX.side - (text.below === "" ? 0 : textWidth(text.below) + 6);
  if (look.text === "" || textWidth(look.text) > room) return;
  pen.textAlign = "right";
  pen.fillText(look.text, x + width - BOX.side, y + 31);
  pen.textAlign = "left";
}

/** Names of groups, opened and closed ones, as large as they can be read, where there is room for them. */
function drawFarTitles(pen: GraphPen, scene: Scene, sight: Sight, { colours, lit }: GraphStyle): void {
  const unit = 1 / sight.scale;
  const font = titleFont(FAR_TITLE * unit);
  const taken: Rect[] = [];
  const write = (title: string, rect: Rect, isInside: boolean): void => {
    const width = (textWidth(title) + 8) * unit;
    const height = 15 * unit;
    if (rect.width < width || rect.height < (isInside ? 3 : 1) * height) return;
    const place = isInside
      ? { x: rect.x + 2 * unit, y: rect.y + 2 * unit, width, height }
      : { x: rect.x + (rect.width - width) / 2, y: rect.y + (rect.height - height) / 2, width, height };
    if (!touches(place, sight) || taken.some((other) => touches(other, place))) return;
    taken.push(place);
    pen.globalAlpha = 0.85;
    pen.fillStyle = colours.ground;
    pen.beginPath();
    pen.roundRect(place.x, place.y, width, height, 3 * unit);
    pen.fill();
    pen.globalAlpha = 1;
    pen.fillStyle = colours.text;
    pen.font = font;
    pen.fillText(title, place.x + 4 * unit, place.y + 11 * unit);
  };
  for (const frame of scene.frames) {
    if (taken.length > 200) return;
    const rect = rectOfFrame(frame);
    if (!touches(rect, sight) || rect.width * sight.scale < 24) continue;
    if (frame.parent !== null) write(frame.title, rect, true);
    const { group } = frame.part.boxes;
    for (const box of frame.boxStrips.touching(sight.y - frame.top, sight.y + sight.height - frame.top)) {
      const isGroup = group[box] >= 0 && !frame.inside.has(box);
      if (isGroup && (lit === null || lit.has(`g${group[box]}`)))
        write(frame.texts[box].title, rectOf(frame, box), false);
    }
  }
}

function titleFont(size: number): string {
  return TITLE_FONT.replace("12px", `${size}px`);
}
