/** Joins what all drawings share with the scene, the camera and the canvases of this one. */

import { batch, effect, type Signal, signal, untracked } from "@preact/signals";
import type { ModelPart, Thing } from "../../../api/model";
import {
  anchored,
  beginning,
  broughtIntoSight,
  type Camera,
  fitting,
  movedBy,
  movedInto,
  type Room,
  zoomedAbout,
} from "../../../charts/graph/camera";
import { LayoutRequests } from "../../../charts/graph/layout_requests";
import { type Painted, Painter } from "../../../charts/graph/painter";
import {
  type BoxPlace,
  boxAt,
  keyOf,
  placesOf,
  planOf,
  rectOf,
  rectOfFrame,
  type Scene,
  sceneOf,
  thingOf,
} from "../../../charts/graph/scene";
import { roomInSight } from "../covering";
import {
  choice,
  foundPlace,
  hovered,
  opened,
  outline,
  search,
  selected,
  setOpen,
  setUnfolded,
  sought,
} from "../model_state";
import { foundKeys, litKeys } from "./emphasised";
import { styleOf } from "./graph_style";
import { type KnownParts, knownParts } from "./scene_content";

/** In pixels, of an open group: what of it is to be in sight is its title. */
const TITLE = { width: 160, height: 24 } as const;

export class GraphController {
  readonly scene: Signal<Scene | null> = signal(null);
  readonly camera = signal<Camera>({ x: 0, y: 0, scale: 1 });
  readonly room = signal<Room>({ width: 0, height: 0 });
  readonly painted = signal<Painted>({ boxes: 0, detail: "all" });
  /** Why nothing can be drawn; empty for nothing. */
  readonly problem = signal("");
  readonly notes = signal<ReadonlyMap<number, string>>(new Map());
  readonly #requests = new LayoutRequests();
  #painter: Painter | null = null;
  #frame: HTMLElement | null = null;
  #parts: ReadonlyMap<number, ModelPart> = new Map();
  #shown: unknown = null;
  /** Until the hand has moved the picture: then it begins at its top whatever is opened. */
  #isBeginning = true;
  #anchor: string | null = null;
  #sought: { thing: Thing; groups: readonly number[] } | null = null;

  /** Returns what ends it. */
  attach(base: HTMLCanvasElement, over: HTMLCanvasElement, frame: HTMLElement): () => void {
    const painter = new Painter(base, over, (painted) => {
      this.painted.value = painted;
    });
    this.#painter = painter;
    this.#frame = frame;
    const observer = new ResizeObserver(() => {
      this.room.value = { width: frame.clientWidth, height: frame.clientHeight };
    });
    observer.observe(frame);
    const ends = [
      effect(() => this.#followSize(painter)),
      effect(() => this.#followParts()),
      effect(() => {
        painter.style = styleOf(this.notes.value, litKeys(this.scene.value));
        painter.redraw();
      }),
      effect(() => {
        painter.emphasis = {
          selected: selected.value === null ? null : keyOf(selected.value),
          hovered: hovered.value === null ? null : keyOf(hovered.value),
          ...foundKeys(this.scene.value, search.value, foundPlace.value),
        };
        painter.redrawEmphasis();
      }),
      effect(() => {
        this.#sought = sought.value;
        untracked(() => this.#goToSought());
      }),
      effect(() => this.#uncoverSelected()),
    ];
    return () => {
      for (const end of ends) end();
      observer.disconnect();
      painter.close();
      this.#requests.close();
      this.#painter = null;
      this.#frame = null;
    };
  }

  /** The room that no details stand over. */
  sight(): Room {
    return this.#frame === null ? this.room.peek() : roomInSight(this.#frame);
  }

  /** What is selected goes on being seen when its details come to stand over it. */
  #uncoverSelected(): void {
    const sight = this.sight();
    void selected.value;
    untracked(() => {
      const place = this.selectedPlace();
      const { width, height } = this.room.peek();
      if (place === null || (sight.width >= width && sight.height >= height)) return;
      const { x, y, scale } = this.camera.value;
      const whole = rectOf(place.frame, place.box);
      const isOpen = place.frame.inside.has(place.box);
      const rect = isOpen
        ? {
            ...{ x: whole.x, y: whole.y },
            width: Math.min(whole.width, TITLE.width / scale),
            height: Math.min(whole.height, TITLE.height / scale),
          }
        : whole;
      const isInFrame =
        rect.x < x + width / scale &&
        rect.x + rect.width > x &&
        rect.y < y + height / scale &&
        rect.y + rect.height > y;
      // What the hand has moved away is not fetched back.
      if (isInFrame) this.#showFrom(movedInto(this.camera.value, rect, sight));
    });
  }

  /** Another part of the scene, so that the eye can follow. */
  #showFrom(camera: Camera): void {
    const { x, y } = this.camera.value;
    const scene = this.scene.peek();
    if (scene === null || (camera.x === x && camera.y === y)) return;
    this.#isBeginning = false;
    this.camera.value = camera;
    this.#painter?.change(scene, camera, { dx: camera.x - x, dy: camera.y - y });
  }

  #followSize(painter: Painter): void {
    const before = painter.room;
    painter.room = this.room.value;
    untracked(() => {
      if (this.#isBeginning || before.width === 0) this.#begin();
      else painter.redraw();
    });
  }

  #followParts(): void {
    const of = outline.value;
    if (of === null || choice.value === null) return;
    const isNew = this.#shown !== of;
    const known = knownParts(of, isNew ? new Map() : this.#parts);
    untracked(() => {
      this.problem.value = known.content.parts.size === 0 ? (known.notes.get(0) ?? "") : "";
      // The old picture stays until the new one is there, all of it: boxes that come later would move the others.
      if (known.content.parts.size === 0 || (isNew && known.isReading)) return;
      this.#layOut(known, isNew, of);
    });
  }

  #layOut(known: KnownParts, isNew: boolean, of: object): void {
    const next = isNew ? null : this.#shown;
    if (isNew) this.#isBeginning = true;
    this.#shown = of;
    this.#parts = known.content.parts;
    const plan = planOf(known.content);
    this.#requests.ask(plan.groups, (layouts) => {
      batch(() => {
        this.notes.value = known.notes;
        this.#take(sceneOf(plan, layouts), next === null);
      });
    });
  }

  #take(scene: Scene | null, isNew: boolean): void {
    const before = this.scene.peek();
    this.scene.value = scene;
    if (isNew || before === null || scene === null || this.#isBeginning) {
      this.#begin();
      this.#goToSought();
      return;
    }
    const key = this.#anchorOf(before, scene);
    this.#anchor = null;
    let { value: camera } = this.camera;
    if (key !== null) {
      const [one, other] = [placesOf(before).get(key), placesOf(scene).get(key)] as [BoxPlace, BoxPlace];
      camera = anchored(camera, rectOf(one.frame, one.box), rectOf(other.frame, other.box));
    }
    const from = { dx: camera.x - this.camera.value.x, dy: camera.y - this.camera.value.y };
    this.camera.value = camera;
    this.#painter?.change(scene, camera, from);
    this.#goToSought();
  }

  /** The box that stays where it is: what was clicked, else what is selected, else what is in the middle. */
  #anchorOf(before: Scene, after: Scene): string | null {
    const [old, next] = [placesOf(before), placesOf(after)];
    const own = selected.peek() === null ? null : keyOf(selected.peek() as Thing);
    for (const key of [this.#anchor, own]) if (key !== null && old.has(key) && next.has(key)) return key;
    const { x, y, scale } = this.camera.value;
    const { width, height } = this.room.value;
    let place = boxAt(before, x + width / 2 / scale, y + height / 2 / scale);
    place ??= { frame: before.root, box: 0 };
    const key = before.root.texts.length === 0 ? "" : keyOf(thingOf(place));
    return old.has(key) && next.has(key) ? key : null;
  }

  #begin(): void {
    const scene = this.scene.peek();
    const room = this.sight();
    if (scene !== null && room.width > 0) {
      const { root } = scene;
      const first = root.texts.length === 0 ? 0 : root.layout.x[0] + root.layout.boxWidth[0] / 2;
      this.camera.value = beginning(rectOfFrame(root), first, room);
    }
    this.#painter?.change(scene, this.camera.value, null);
  }

  #goToSought(): void {
    const wanted = this.#sought;
    const scene = this.scene.peek();
    if (wanted === null || scene === null || this.room.peek().width === 0) return;
    const place = placesOf(scene).get(keyOf(wanted.thing));
    if (place !== undefined) {
      this.#sought = null;
      this.#isBeginning = false;
      this.move(broughtIntoSight(this.camera.value, rectOf(place.frame, place.box), this.sight()));
      return;
    }
    // It may be one of several that a folded box stands for.
    const chain = [...wanted.groups, ...("group" in wanted.thing ? [wanted.thing.group] : [])];
    for (let i = 1; i < chain.length; i++) {
      const part = this.#parts.get(chain[i - 1]);
      if (part === undefined) return;
      if (part.boxes.group.includes(chain[i])) continue;
      if (part.boxes.repeats.some((repeats) => repeats > 1)) setUnfolded(chain[i - 1], true);
      return;
    }
  }

  move(camera: Camera): void {
    this.#isBeginning = false;
    this.camera.value = camera;
    this.#painter?.move(camera);
  }

  panBy(x: number, y: number): void {
    const scene = this.scene.peek();
    if (scene !== null)
      this.move(movedBy(this.camera.value, { x, y }, rectOfFrame(scene.root), this.room.peek()));
  }

  zoomBy(factor: number, place?: { x: number; y: number }): void {
    const { width, height } = this.sight();
    this.move(zoomedAbout(this.camera.value, factor, place ?? { x: width / 2, y: height / 2 }));
  }

  fit(): void {
    const scene = this.scene.peek();
    if (scene !== null) this.move(fitting(rectOfFrame(scene.root), this.sight()));
  }

  /** The box at a place of the canvas. */
  placeAt(x: number, y: number): BoxPlace | null {
    const scene = this.scene.peek();
    const { x: left, y: top, scale } = this.camera.value;
    return scene === null ? null : boxAt(scene, left + x / scale, top + y / scale);
  }

  /** Open or close a group in its place; false for a node. */
  toggle(thing: Thing): boolean {
    if (!("group" in thing)) return false;
    this.#isBeginning = false;
    this.#anchor = keyOf(thing);
    setOpen(thing.group, !opened.peek().has(thing.group));
    return true;
  }

  /** Show the boxes that a folded one stands for, one by one; or folded again. */
  setUnfolded(place: BoxPlace, isUnfolded: boolean): void {
    this.#isBeginning = false;
    this.#anchor = keyOf(thingOf(place));
    setUnfolded(place.frame.group, isUnfolded);
  }

  closeAll(): void {
    this.#isBeginning = true;
    opened.value = new Set([0]);
  }

  /** The selected box, where it is drawn. */
  selectedPlace(): BoxPlace | null {
    const scene = this.scene.value;
    if (scene === null || selected.value === null) return null;
    return placesOf(scene).get(keyOf(selected.value)) ?? null;
  }

  picture() {
    const painter = this.#painter;
    return painter === null || painter.scene === null || painter.style === null
      ? null
      : { scene: painter.scene, sight: painter.sight(), style: painter.style, emphasis: painter.emphasis };
  }
}
