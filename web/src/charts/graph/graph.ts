/**
 * Boxes and the edges between them, as a layout takes them and as it gives them back. Coordinates are CSS pixels at a
 * scale of 1, x to the right and y downwards, from the top left corner of what is laid out.
 */

export interface Boxes {
  width: Float64Array;
  height: Float64Array;
  /** Boxes that stand alone in the first row (-1), or in the last one (1), and all others 0; left out where none does. */
  pin?: Int8Array;
}

/** Edge i goes from box `from[i]` to box `to[i]`. Boxes may have several edges between them, and one to themselves. */
export interface Edges {
  from: Int32Array;
  to: Int32Array;
  /** Where an edge has to meet its boxes, in pixels from their middles; NaN, or left out, where it may be anywhere. */
  fromX?: Float64Array;
  toX?: Float64Array;
}

/** How an edge is drawn. */
export const WAY = {
  /** Through the rows between its boxes. */
  through: 0,
  /** Past them, in a lane at the side. */
  lane: 1,
  /** Not as a line: each end has a label that names the other. */
  portal: 2,
  /** Upwards, in a lane at the side: it closes a loop. */
  back: 3,
  /** Not at all, unless it is asked for: then as a straight line. */
  aside: 4,
} as const;

export interface Layout {
  /** The top left corners of the boxes. */
  x: Float64Array;
  y: Float64Array;
  width: number;
  height: number;
  way: Uint8Array;
  /**
   * Route i has the points [starts[i], starts[i + 1]) of `points`, as x and y in turn; none for a portal. From the first
   * point to the second the line is vertical, from there to the third it is a curve between two rows, and so on in turn,
   * so that it crosses no box. A curve whose ends are equally high turns round.
   */
  starts: Int32Array;
  points: Float64Array;
}
