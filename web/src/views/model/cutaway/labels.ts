/** What stands in a box, as far as it has room: pure. */

import type { Rectangle } from "../../../charts/draw_axes";
import { cutText, textWidth } from "../../../charts/text_width";

/** The strip of a box's title, above what is in the box, and the room around that. */
const TITLE = 17;
const MARGIN = 3;
/** Smaller boxes have no title, and still smaller ones show nothing of what is in them. */
const LEAST_TITLED = { width: 34, height: 36 };
const LEAST_OPENED = 12;
const THIN = 1.5;

/** The part of a box in which what is below it is drawn; null where there is no room. */
export function roomIn({ left, top, width, height }: Rectangle): Rectangle | null {
  if (Math.min(width, height) < LEAST_OPENED) return null;
  if (width < LEAST_TITLED.width || height < LEAST_TITLED.height)
    return { left: left + THIN, top: top + THIN, width: width - 2 * THIN, height: height - 2 * THIN };
  return {
    left: left + MARGIN,
    top: top + TITLE,
    width: width - 2 * MARGIN,
    height: height - TITLE - MARGIN,
  };
}

export interface Words {
  name: string;
  /** "12 %". */
  share: string;
  /** "2.36 M". */
  value: string;
  type: string;
}

export interface Label {
  text: string;
  /** From the left of the box; the baseline, from its top. */
  x: number;
  y: number;
  isBold: boolean;
}

const [LEFT, BASELINE, LINE] = [5, 12.5, 14];
/** Bold text is so much wider. */
const BOLD = 1.1;
/** A name cut to less says nothing. */
const LEAST_NAME = 12;

/** A name as far as it fits, bold; null where nothing of it does. */
function nameIn(name: string, room: number): string | null {
  if (room < LEAST_NAME) return null;
  const cut = cutText(name, room / BOLD);
  return cut === "" ? null : cut;
}

/** Of a box that shows what is in it: its name, class and share in one line. */
export function titleOf({ width, height }: Rectangle, { name, share, type }: Words): Label[] {
  if (width < LEAST_TITLED.width || height < LEAST_TITLED.height) return [];
  const room = width - 2 * LEFT;
  const shareWidth = textWidth(share);
  const hasShare = room >= shareWidth + 8 + Math.min(40, textWidth(name) * BOLD);
  const cut = nameIn(name, hasShare ? room - shareWidth - 8 : room);
  if (cut === null) return [];
  const labels: Label[] = [{ text: cut, x: LEFT, y: BASELINE, isBold: true }];
  if (hasShare) labels.push({ text: share, x: width - LEFT - shareWidth, y: BASELINE, isBold: false });
  const from = LEFT + textWidth(cut) * BOLD + 7;
  const left = width - LEFT - (hasShare ? shareWidth + 8 : 0) - from;
  if (cut === name && textWidth(type) <= left)
    labels.push({ text: type, x: from, y: BASELINE, isBold: false });
  return labels;
}

/** Of a box without others in it: name, share and value, and class, below each other. */
export function labelsOf({ width, height }: Rectangle, { name, share, value, type }: Words): Label[] {
  const room = width - 2 * LEFT;
  const lines = Math.floor((height - 4) / LINE);
  if (lines < 1) return [];
  const cut = nameIn(name, room);
  if (cut === null) return [];
  const labels: Label[] = [{ text: cut, x: LEFT, y: BASELINE, isBold: true }];
  const beside = LEFT + textWidth(cut) * BOLD + 7;
  if (lines === 1 && cut === name && beside + textWidth(share) <= width - LEFT)
    labels.push({ text: share, x: beside, y: BASELINE, isBold: false });
  const numbers = [`${share} · ${value}`, share].find((text) => textWidth(text) <= room);
  if (lines > 1 && numbers !== undefined)
    labels.push({ text: numbers, x: LEFT, y: BASELINE + LINE, isBold: false });
  if (lines > 2 && type !== "" && textWidth(type) <= room)
    labels.push({ text: type, x: LEFT, y: BASELINE + labels.length * LINE, isBold: false });
  return labels;
}

/** A share of the whole, with the digits that tell boxes apart: "42 %", "1.2 %", "< 0.1 %". */
export function percent(share: number): string {
  const hundredths = share * 100;
  if (hundredths >= 9.95) return `${Math.round(hundredths)} %`;
  if (hundredths >= 0.05) return `${hundredths.toFixed(1)} %`;
  return share > 0 ? "< 0.1 %" : "0 %";
}
