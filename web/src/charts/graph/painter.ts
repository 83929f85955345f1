/**
 * Keeps two canvases up to date: one with the scene, and one above it with what is selected, hovered and found, which
 * changes more often. While the hand moves a scene that takes long, its boxes are drawn alone, and the rest soon after.
 */

import { isMotionWanted, Motion } from "../motion";
import { type Camera, fitting, type Room } from "./camera";
import { drawGraph, type GraphPen, type GraphStyle, type Sight } from "./draw_graph";
import { drawEmphasis, type Emphasis } from "./emphasis";
import { type Morph, morphOf } from "./morph";
import { rectOfFrame, type Scene } from "./scene";

/** Milliseconds. A scene that takes longer is drawn without its lines and words while it moves. */
const LONG = 24;
const STILL_AFTER = 120;
const MOTION = 150;
/** Scenes with more boxes change at once. */
const MOST_IN_MOTION = 3000;

export interface Painted {
  boxes: number;
  detail: Sight["detail"];
}

export class Painter {
  readonly #base: HTMLCanvasElement;
  readonly #over: HTMLCanvasElement;
  readonly #onPainted: (painted: Painted) => void;
  scene: Scene | null = null;
  camera: Camera = { x: 0, y: 0, scale: 1 };
  room: Room = { width: 0, height: 0 };
  style: GraphStyle | null = null;
  emphasis: Emphasis = { selected: null, hovered: null, found: [], current: null };
  #frame = 0;
  #isBaseOld = false;
  #isMoving = false;
  #fullTook = 0;
  #still: ReturnType<typeof setTimeout> | undefined;
  #change: { before: Scene; dx: number; dy: number; share: number } | null = null;
  readonly #motion = new Motion((share) => {
    if (this.#change !== null) this.#change.share = share;
    if (share >= 1) this.#change = null;
    this.#isBaseOld = true;
    this.#paint();
  }, MOTION);

  constructor(base: HTMLCanvasElement, over: HTMLCanvasElement, onPainted: (painted: Painted) => void) {
    this.#base = base;
    this.#over = over;
    this.#onPainted = onPainted;
  }

  /** `dx` and `dy` are how far places of the old scene are from where they are on the screen now. */
  change(scene: Scene | null, camera: Camera, from: { dx: number; dy: number } | null): void {
    const before = this.scene;
    this.scene = scene;
    this.camera = camera;
    this.#motion.stop();
    this.#change = null;
    const isSmall = (scene?.boxes ?? 0) < MOST_IN_MOTION && (before?.boxes ?? 0) < MOST_IN_MOTION;
    if (before !== null && scene !== null && from !== null && isSmall && isMotionWanted()) {
      this.#change = { before, ...from, share: 0 };
      this.#motion.start();
    } else this.redraw();
  }

  move(camera: Camera): void {
    this.camera = camera;
    this.#isMoving = this.#fullTook > LONG;
    clearTimeout(this.#still);
    if (this.#isMoving)
      this.#still = setTimeout(() => {
        this.#isMoving = false;
        this.redraw();
      }, STILL_AFTER);
    this.redraw();
  }

  /** Everything, in the next frame. */
  redraw(): void {
    this.#isBaseOld = true;
    this.redrawEmphasis();
  }

  redrawEmphasis(): void {
    if (this.#frame === 0)
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#paint();
      });
  }

  close(): void {
    this.#motion.stop();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#still);
  }

  sight(): Sight {
    const { x, y, scale } = this.camera;
    const size = { width: this.room.width / scale, height: this.room.height / scale };
    return { x, y, ...size, scale, detail: "all", morph: null };
  }

  #paint(): void {
    const { scene, style } = this;
    const morph = this.#morph();
    const detail = this.#isMoving ? "boxes" : morph === null ? "all" : "texts";
    const sight = { ...this.sight(), detail, morph } satisfies Sight;
    if (this.#isBaseOld) {
      this.#isBaseOld = false;
      const start = performance.now();
      let boxes = 0;
      this.#on(this.#base, (pen) => {
        if (scene !== null && style !== null) boxes = drawGraph(pen, scene, sight, style);
      });
      if (detail === "all") this.#fullTook = performance.now() - start;
      this.#onPainted({ boxes, detail });
    }
    this.#on(this.#over, (pen) => {
      if (scene !== null && style !== null && morph === null)
        drawEmphasis(pen, scene, sight, style.colours, this.emphasis);
    });
  }

  #morph(): Morph | null {
    if (this.#change === null || this.scene === null) return null;
    const { before, dx, dy, share } = this.#change;
    return morphOf(before, this.scene, dx, dy, share);
  }

  /** Draw on an empty canvas, in pixels of the scene. */
  #on(canvas: HTMLCanvasElement, draw: (pen: GraphPen) => void): void {
    const ratio = devicePixelRatio;
    const [width, height] = [this.room.width, this.room.height].map((size) => Math.round(size * ratio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext("2d");
    if (context === null) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const { x, y, scale } = this.camera;
    const factor = scale * ratio;
    context.setTransform(factor, 0, 0, factor, -x * factor, -y * factor);
    draw(context);
  }
}

/** What is in sight, or the whole scene, as a picture on a ground. */
export function pictureOf(
  scene: Scene,
  sight: Sight,
  style: GraphStyle,
  emphasis: Emphasis,
  ratio: number,
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const factor = sight.scale * ratio;
  canvas.width = Math.ceil(sight.width * factor);
  canvas.height = Math.ceil(sight.height * factor);
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  context.fillStyle = style.colours.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(factor, 0, 0, factor, -sight.x * factor, -sight.y * factor);
  drawGraph(context, scene, sight, style);
  drawEmphasis(context, scene, sight, style.colours, emphasis);
  return canvas;
}

/** The whole scene, small, as a map: as `fitting` has it. */
export function drawMap(canvas: HTMLCanvasElement, scene: Scene, style: GraphStyle, room: Room): void {
  const camera = fitting(rectOfFrame(scene.root), room);
  const ratio = devicePixelRatio;
  canvas.width = Math.round(room.width * ratio);
  canvas.height = Math.round(room.height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return;
  const factor = camera.scale * ratio;
  context.setTransform(factor, 0, 0, factor, -camera.x * factor, -camera.y * factor);
  const size = { width: room.width / camera.scale, height: room.height / camera.scale };
  drawGraph(context, scene, { ...camera, ...size, detail: "boxes", morph: null }, style);
}
