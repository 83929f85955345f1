/** Widths of labels, as they will be drawn. */

export const FONT = '11px system-ui, "Segoe UI", Roboto, sans-serif';
/** Height of a label, in CSS pixels. */
export const TEXT_HEIGHT = 11;
/** A character's width where nothing can measure it: that of a digit in the widest usual font. */
const CHARACTER = 7;
const MOST_KNOWN = 5000;

let pen: CanvasRenderingContext2D | null | undefined;
const known = new Map<string, Map<string, number>>();

/** The width of a text in CSS pixels. */
export function textWidth(text: string, font = FONT): number {
  let ofFont = known.get(font);
  if (ofFont === undefined) {
    ofFont = new Map();
    known.set(font, ofFont);
  }
  let width = ofFont.get(text);
  if (width !== undefined) return width;
  if (pen === undefined)
    pen = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
  if (pen !== null && pen.font !== font) pen.font = font;
  width = pen?.measureText(text).width ?? text.length * CHARACTER;
  if (ofFont.size >= MOST_KNOWN) ofFont.clear();
  ofFont.set(text, width);
  return width;
}

/** A text cut in its middle so that it is no wider. */
export function cutText(text: string, width: number, font = FONT): string {
  if (textWidth(text, font) <= width) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 1; kept--) {
    const tail = Math.floor(kept / 2);
    const shorter = `${characters.slice(0, kept - tail).join("")}…${characters.slice(-tail).join("")}`;
    if (textWidth(shorter, font) <= width) return shorter;
  }
  return "";
}
