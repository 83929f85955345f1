/** What is written in a box, and how large that makes it. */

import { type ModelPart, NODE_KIND, type TensorType } from "../../api/model";
import { plural } from "../../kit/format";
import { cutText, FONT, textWidth } from "../text_width";

export const TITLE_FONT = FONT.replace("11px", "600 12px");
export const TEXT_FONT = FONT;
/** Pixels beside what is written, and the height of boxes with one line and with two. */
export const BOX = { side: 8, oneLine: 24, twoLines: 40, least: 64, most: 220 } as const;
/** Room for the number of an overlay, at the right of the second line. */
export const NUMBER_WIDTH = 50;
const BETWEEN = 8;

export interface BoxText {
  title: string;
  /** A class or an op, and what is tucked in; empty where the title says it all. */
  below: string;
  /** As "× 32" where the box stands for several. */
  repeats: string;
  width: number;
  height: number;
}

/** The names of what a box reads and that has no box. */
export interface Words {
  tucked: string;
}

export function boxText({ boxes }: ModelPart, box: number, words: Words): BoxText {
  const repeats = boxes.repeats[box] > 1 ? `× ${boxes.repeats[box]}` : "";
  const isGiven = boxes.kind[box] === NODE_KIND.input || boxes.kind[box] === NODE_KIND.output;
  const kind = shortOp(boxes.type[box]);
  const name = titleOf(boxes.name[box], boxes.key[box], repeats !== "");
  const title = cutText(named(name, kind, isGiven, boxes.group[box] >= 0), BOX.most, TITLE_FONT);
  const type = title.startsWith(kind) && (isGiven || title === kind) ? "" : kind;
  const tucked = boxes.group[box] < 0 && boxes.tucked[box] > 0 ? plural(boxes.tucked[box], words.tucked) : "";
  const below = cutText([type, tucked].filter((each) => each !== "").join(" · "), BOX.most);
  const hasTwoLines = below !== "";
  const first =
    textWidth(title, TITLE_FONT) + (repeats === "" ? 0 : BETWEEN + textWidth(repeats, TITLE_FONT));
  // Inputs and outputs cost nothing.
  const number = isGiven ? 0 : BETWEEN + NUMBER_WIDTH;
  const second = hasTwoLines ? textWidth(below) + number : 0;
  const width = Math.max(BOX.least, first, second) + 2 * BOX.side;
  return {
    ...{ title, below, repeats },
    // Whole and even: the middle of a box is on a pixel.
    width: 2 * Math.ceil(width / 2),
    height: hasTwoLines ? BOX.twoLines : BOX.oneLine,
  };
}

/** The name; of an input that has only a number the kind with it, and of such an operation the end of its kind. */
function named(name: string, kind: string, isGiven: boolean, isGroup: boolean): string {
  if (isGroup || !/^\d+$/u.test(name)) return name;
  return isGiven ? `${kind} ${name}` : (kind.split("::").at(-1) ?? kind);
}

/** An op without what stands before its name and which of its variants it is: "view" for "aten.view.default". */
export function shortOp(op: string): string {
  return /^\w+\.(\w+)\.\w+$/u.exec(op)?.[1] ?? op;
}

/** The name; of a box that stands for several the names of the first and the last one. */
export function titleOf(name: string, key: string, isMany: boolean): string {
  const [, last] = isMany ? key.split(" … ") : [];
  if (last === undefined) return name;
  return `${name} … ${last.split(/[./]/u).at(-1)}`;
}

/** "1×64×112×112", with "?" for a size that is not known, and the dtype where it is not float32. */
export function tensorText({ shape, dtype }: TensorType): string {
  const type = dtype === "float32" || dtype === "" ? "" : dtype;
  if (shape === null) return type;
  const sizes = shape.length === 0 ? "scalar" : shape.map((size) => (size < 0 ? "?" : size)).join("×");
  return type === "" ? sizes : `${sizes} ${type}`;
}
