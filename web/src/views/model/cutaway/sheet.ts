/** What boxes are drawn on: a canvas, or an SVG document. Lengths are CSS pixels. */

import type { Rectangle } from "../../../charts/draw_axes";
import { escaped } from "../../../charts/svg";
import { FONT } from "../../../charts/text_width";

export interface Sheet {
  /** `title` is what a reader of the document is told of the box, `key` what it is. */
  box(box: Rectangle, fill: string, edge: string, key: string, title: string): void;
  /** Strokes from the lower left to the upper right, over a box. */
  hatch(box: Rectangle, colour: string): void;
  /** `y` is the baseline. */
  text(text: string, x: number, y: number, colour: string, isBold: boolean): void;
}

const HATCH = 6;

/** Boxes of at least such a side have an edge of their own. */
const LEAST_EDGED = 4;

export class CanvasSheet implements Sheet {
  readonly #context: CanvasRenderingContext2D;
  #font = "";

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  box({ left, top, width, height }: Rectangle, fill: string, edge: string): void {
    const context = this.#context;
    context.fillStyle = fill;
    context.fillRect(left, top, width, height);
    if (Math.min(width, height) < LEAST_EDGED) return;
    context.strokeStyle = edge;
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  }

  hatch({ left, top, width, height }: Rectangle, colour: string): void {
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.beginPath();
    // From multiples of the distance, so that hatching goes on from box to box.
    const first = Math.ceil((left + top) / HATCH) * HATCH;
    for (let sum = first; sum < left + top + width + height; sum += HATCH) {
      context.moveTo(sum - top - height, top + height);
      context.lineTo(sum - top, top);
    }
    context.stroke();
    context.restore();
  }

  text(text: string, x: number, y: number, colour: string, isBold: boolean): void {
    const font = isBold ? `600 ${FONT}` : FONT;
    if (font !== this.#font) this.#context.font = this.#font = font;
    this.#context.fillStyle = colour;
    this.#context.fillText(text, x, y);
  }
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export class SvgSheet implements Sheet {
  readonly elements: string[] = [];
  /** Patterns of hatching, by their colour. */
  readonly #hatchings = new Map<string, string>();

  get definitions(): string[] {
    return [...this.#hatchings].map(
      ([colour, id]) =>
        `<pattern id="${id}" width="${HATCH}" height="${HATCH}" patternUnits="userSpaceOnUse"><path d="M0 ${HATCH}L${HATCH} 0" stroke="${colour}"/></pattern>`,
    );
  }

  box(box: Rectangle, fill: string, edge: string, key: string, title: string): void {
    const stroke =
      Math.min(box.width, box.height) < LEAST_EDGED ? "" : ` stroke="${edge}" stroke-width="0.75"`;
    this.elements.push(
      `<rect ${places(box)} fill="${fill}"${stroke} data-key="${escaped(key)}"><title>${escaped(title)}</title></rect>`,
    );
  }

  hatch(box: Rectangle, colour: string): void {
    const id = this.#hatchings.get(colour) ?? `hatch${this.#hatchings.size}`;
    this.#hatchings.set(colour, id);
    this.elements.push(`<rect ${places(box)} fill="url(#${id})" pointer-events="none"/>`);
  }

  text(text: string, x: number, y: number, colour: string, isBold: boolean): void {
    const weight = isBold ? ' font-weight="600"' : "";
    this.elements.push(
      `<text x="${number(x)}" y="${number(y)}" fill="${colour}"${weight} pointer-events="none">${escaped(text)}</text>`,
    );
  }
}

function places({ left, top, width, height }: Rectangle): string {
  return `x="${number(left)}" y="${number(top)}" width="${number(width)}" height="${number(height)}"`;
}
