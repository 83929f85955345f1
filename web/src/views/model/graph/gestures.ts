/** The hand in a graph: dragging and the wheel move, the wheel with Ctrl or ⌘, two fingers, + and − zoom. */

import type { Thing } from "../../../api/model";
import { type BoxPlace, thingOf } from "../../../charts/graph/scene";
import { SingleClick } from "../single_click";
import type { GraphController } from "./graph_controller";

export interface Reports {
  onHover(place: BoxPlace | null, x: number, y: number): void;
  onClick(place: BoxPlace | null): void;
  onDoubleClick(place: BoxPlace | null): void;
  onMenu(place: BoxPlace | null, x: number, y: number): void;
}

/** A press that moves less, in pixels, is a click. */
const SLOP = 4;
/** One notch of a wheel, or one press of a key. */
const NOTCH = 1.25;
/** In pixels: an arrow key moves by so many. */
const STEP = 60;
/** Of a wheel that counts lines. */
const LINE = 16;

interface Pointer {
  x: number;
  y: number;
}

/** Returns what ends it. */
export function listenToPointers(
  element: HTMLElement,
  controller: GraphController,
  reports: Reports,
): () => void {
  const pressed = new Map<number, Pointer>();
  let moved = 0;
  const click = new SingleClick();
  const placeIn = (event: { clientX: number; clientY: number }): Pointer => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const at = (event: MouseEvent): BoxPlace | null => {
    const { x, y } = placeIn(event);
    return controller.placeAt(x, y);
  };
  const listeners: { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void } = {
    pointerdown: (event) => {
      if (event.button > 1) return;
      if (pressed.size === 0) moved = 0;
      pressed.set(event.pointerId, placeIn(event));
      element.setPointerCapture(event.pointerId);
      if (event.button === 1) event.preventDefault();
    },
    pointermove: (event) => {
      const here = placeIn(event);
      const before = pressed.get(event.pointerId);
      if (before === undefined) {
        reports.onHover(controller.placeAt(here.x, here.y), here.x, here.y);
        return;
      }
      moved += Math.hypot(here.x - before.x, here.y - before.y);
      if (moved < SLOP) return;
      reports.onHover(null, 0, 0);
      const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
      if (other !== undefined) pinch(before, here, other);
      else controller.panBy(here.x - before.x, here.y - before.y);
      pressed.set(event.pointerId, here);
    },
    pointerup: (event) => {
      if (!pressed.delete(event.pointerId) || pressed.size > 0) return;
      click.cancel();
      if (moved < SLOP && event.button === 0) {
        const place = at(event);
        click.wait(() => reports.onClick(place));
      }
    },
    pointercancel: (event) => {
      pressed.delete(event.pointerId);
    },
    pointerleave: () => reports.onHover(null, 0, 0),
    dblclick: (event) => {
      click.cancel();
      reports.onDoubleClick(at(event));
    },
    contextmenu: (event) => {
      event.preventDefault();
      const { x, y } = placeIn(event);
      reports.onMenu(controller.placeAt(x, y), x, y);
    },
  };
  function pinch(before: Pointer, here: Pointer, other: Pointer): void {
    const distance = (one: Pointer): number => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
    const middle = { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 };
    controller.zoomBy(distance(here) / distance(before), middle);
    controller.panBy((here.x - before.x) / 2, (here.y - before.y) / 2);
  }
  const turn = (event: WheelEvent): void => {
    event.preventDefault();
    reports.onHover(null, 0, 0);
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
    if (event.ctrlKey || event.metaKey) {
      const notches = Math.max(-3, Math.min(3, (event.deltaY * unit) / 100));
      controller.zoomBy(NOTCH ** (-2 * notches), placeIn(event));
      return;
    }
    const [x, y] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    controller.panBy(-x * unit, -y * unit);
  };
  const all = Object.entries(listeners) as [string, (event: Event) => void][];
  for (const [name, listener] of all) element.addEventListener(name, listener);
  element.addEventListener("wheel", turn, { passive: false });
  return () => {
    click.cancel();
    for (const [name, listener] of all) element.removeEventListener(name, listener);
    element.removeEventListener("wheel", turn);
  };
}

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [STEP, 0],
  ArrowRight: [-STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

/** Whether the key was one of the graph's. */
export function onKey(event: KeyboardEvent, controller: GraphController, selected: Thing | null): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const arrow = ARROWS[event.key];
  if (arrow !== undefined) controller.panBy(arrow[0], arrow[1]);
  else if (event.key === "+" || event.key === "=") controller.zoomBy(NOTCH);
  else if (event.key === "-") controller.zoomBy(1 / NOTCH);
  else if (event.key === "0") controller.fit();
  else if (event.key === "Enter") return selected !== null && controller.toggle(selected);
  else if (event.key === "a") {
    const place = controller.selectedPlace();
    if (place === null || !("group" in thingOf(place))) return false;
    const isFolded = place.frame.part.boxes.repeats[place.box] > 1;
    controller.setUnfolded(place, isFolded);
  } else return false;
  return true;
}
