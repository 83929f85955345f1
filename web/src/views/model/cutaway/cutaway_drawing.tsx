/** The cutaway: the model as nested boxes whose area is the chosen cost. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Thing } from "../../../api/model";
import { drawSoon } from "../../../charts/draw_queue";
import { movedInto } from "../../../charts/graph/camera";
import { isMotionWanted } from "../../../charts/motion";
import { boxAt, type Placed } from "../../../charts/treemap";
import { useSize } from "../../cards/use_sight";
import { roomInSight } from "../covering";
import { hovered, outline, search, selected, sought } from "../model_state";
import { SingleClick } from "../single_click";
import { CutawayHeader } from "./cutaway_header";
import { CutawayNotes, inSentence } from "./cutaway_notes";
import { drawScene } from "./cutaway_picture";
import {
  areaCost,
  colourBy,
  nameOf,
  stepBackCutaway,
  tree,
  valueText,
  zoomed,
  zoomInto,
} from "./cutaway_state";
import { CutawayTooltip, type Pointed } from "./cutaway_tooltip";
import type { CutawayTree } from "./cutaway_tree";
import { percent } from "./labels";
import { type Scene, sceneOf, shareOfAll, spokenScene } from "./scene";
import { childToward, nearestAround, step, type Way, zoomTarget } from "./walk";
import "./cutaway.css";

const WAYS: Record<string, Way> = {
  ArrowRight: "next",
  ArrowLeft: "before",
  ArrowDown: "in",
  ArrowUp: "out",
};
/** Milliseconds of a zoom, and between two that a wheel makes. */
const MOTION = 150;
const WHEEL_PAUSE = 300;

function thingOf(of: CutawayTree, item: number): Thing {
  return of.node[item] >= 0 ? { node: of.node[item] } : { group: of.group[item] };
}

/** The item of a thing; null where it has none. */
function itemOf(of: CutawayTree, thing: Thing | null): number | null {
  if (thing === null) return null;
  if ("group" in thing) return thing.group < of.weight.length ? thing.group : null;
  return of.ofNode.get(thing.node) ?? null;
}

export function CutawayDrawing() {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const owner = useRef({});
  const last = useRef<Scene | null>(null);
  const size = useSize(host);
  const pointed = useSignal<Pointed | null>(null);
  const click = useRef(new SingleClick());
  const scene = useComputed(() => sceneOf(size.value));
  const placement = useComputed(() => new Map(scene.value?.boxes.map((box) => [box.item, box])));
  useSignalEffect(() => {
    const shown = scene.value;
    drawSoon(
      owner.current,
      () => {
        const element = canvas.current;
        if (element === null || shown === null) return;
        const start = performance.now();
        drawScene(element, shown, devicePixelRatio);
        move(element, last.current, shown);
        last.current = shown;
        element.dataset.drawn = (performance.now() - start).toFixed(1);
      },
      true,
    );
  });
  const shift = useSignal(NO_SHIFT);
  useSignalEffect(() => {
    const [element, of] = [host.current, tree.value];
    if (element === null || of === null) return;
    const box = selected.value === null ? null : boxOf(of, placement.value, itemOf(of, selected.value));
    shift.value = box === null ? NO_SHIFT : shiftFor(element, shift.peek(), box);
  });
  useEffect(
    () => () => {
      click.current.cancel();
      drawSoon(owner.current, null);
      hovered.value = null;
    },
    [],
  );
  const seen = useRef(sought.peek());
  useSignalEffect(() => {
    const next = sought.value;
    if (next === seen.current) return;
    seen.current = next;
    const of = tree.peek();
    if (of === null || next === null) return;
    // What is looked for may be outside of the box that is looked into.
    const item = itemOf(of, next.thing) ?? next.groups.at(-1) ?? 0;
    zoomInto(nearestAround(of, zoomed.peek(), item));
  });
  const at = (event: MouseEvent): Placed | null => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return null;
    return boxAt(scene.peek()?.boxes ?? [], event.clientX - box.left, event.clientY - box.top);
  };
  useEffect(() => {
    let free = 0;
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY === 0) return;
      event.preventDefault();
      const [of, now] = [tree.peek(), performance.now()];
      if (of === null || now < free) return;
      free = now + WHEEL_PAUSE;
      if (event.deltaY > 0) {
        stepBackCutaway();
        return;
      }
      const box = at(event);
      const child = box === null ? null : childToward(of, zoomed.peek(), box.item);
      if (child !== null && of.children[child].length > 0) zoomInto(of.group[child]);
    };
    const element = host.current;
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, []);
  const point = (event: PointerEvent | null): void => {
    const [of, box] = [tree.peek(), event === null ? null : at(event)];
    pointed.value =
      event === null || box === null
        ? null
        : { item: box.item, clientX: event.clientX, clientY: event.clientY };
    hovered.value = of === null || box === null ? null : thingOf(of, box.item);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const of = tree.peek();
    if (of === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const item = itemOf(of, selected.peek());
    const way = WAYS[event.key];
    if (way !== undefined) selected.value = thingOf(of, step(of, zoomed.peek(), item, way));
    else if (event.key === "Enter" && item !== null) zoomInto(of.group[item]);
    else if (event.key !== "Backspace" || !stepBackCutaway()) return;
    event.preventDefault();
  };
  const of = tree.value;
  const shown = scene.value;
  const cost = areaCost.value;
  return (
    <div class="cutaway" data-testid="cutaway">
      <CutawayHeader scene={shown} />
      {/* biome-ignore lint/a11y/useSemanticElements: there is no element for a drawing with keys of its own. */}
      <div
        ref={host}
        class="cutaway-place"
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows go from box to box.
        tabIndex={0}
        aria-label="Boxes of the model; arrows go from one to the next, Enter looks into it, Backspace back"
        data-testid="cutaway-place"
        data-area={cost?.name}
        data-colour={colourBy.value}
        data-boxes={shown?.boxes.length ?? 0}
        style={{ transform: `translate(${-shift.value.x}px, ${-shift.value.y}px)` }}
        onPointerMove={(event) => point(event.buttons === 0 ? event : null)}
        onPointerLeave={() => point(null)}
        onClick={(event) => {
          const box = at(event);
          if (of === null || box === null) return;
          click.current.wait(() => {
            selected.value = thingOf(of, box.item);
          });
        }}
        onDblClick={(event) => {
          click.current.cancel();
          const box = at(event);
          if (of === null || box === null) return;
          point(null);
          zoomInto(zoomTarget(of, zoomed.peek(), box.item));
        }}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} role="img" aria-label={shown === null ? "Nothing" : spokenScene(shown.tree)} />
        {shown !== null && <Marks of={shown.tree} placement={placement.value} />}
        {shown === null && cost !== null && of !== null && size.value.width > 0 && (
          <p class="cutaway-nothing">
            {zoomed.value === 0 ? "Nothing in this graph has" : "Nothing in this group has"}{" "}
            {inSentence(cost.title)}.
          </p>
        )}
        {outline.value !== null && cost === null && (
          <p class="cutaway-nothing">
            No costs are known of this graph: the drawing “graph” shows its boxes.
          </p>
        )}
      </div>
      <CutawayNotes />
      {of !== null && <Spoken of={of} />}
      {of !== null && <CutawayTooltip of={of} pointed={pointed} />}
    </div>
  );
}

const MOST_FOUND = 300;

/** The boxes of a scene by their items. */
type Placement = ReadonlyMap<number, Placed>;

/** Frames around what is selected, pointed at, and found. */
function Marks({ of, placement }: { of: CutawayTree; placement: Placement }) {
  const found = search.value?.found.slice(0, MOST_FOUND) ?? [];
  return (
    <>
      {found.map((box) => (
        <Mark
          key={`${box.group} ${box.node}`}
          kind="is-found"
          of={of}
          placement={placement}
          item={itemOf(of, box.group >= 0 ? box : { node: box.node })}
          around={box.groups.at(-1)}
        />
      ))}
      <HoveredMark of={of} placement={placement} />
      <Mark kind="is-selected" of={of} placement={placement} item={itemOf(of, selected.value)} />
    </>
  );
}

/** By itself, as it changes with each move of the pointer. */
function HoveredMark({ of, placement }: { of: CutawayTree; placement: Placement }) {
  return <Mark kind="is-hovered" of={of} placement={placement} item={itemOf(of, hovered.value)} />;
}

interface MarkProps {
  kind: string;
  of: CutawayTree;
  placement: Placement;
  item: number | null;
  /** The group around a node that has no item. */
  around?: number | undefined;
}

/** The box of an item; of one that is too small to have a box the smallest one around it. */
function boxOf(of: CutawayTree, placement: Placement, item: number | null): Placed | null {
  let at = item ?? -1;
  while (at >= 0 && !placement.has(at)) at = of.parent[at];
  return placement.get(at) ?? null;
}

/** How far the picture is moved to the left and up, in pixels. */
interface Shift {
  x: number;
  y: number;
}

const NO_SHIFT: Shift = { x: 0, y: 0 };

/** So far that a box is beside the details that stand over the picture; where none do, it stays in its frame. */
function shiftFor(host: HTMLElement, { x, y }: Shift, box: Placed): Shift {
  const frame = host.parentElement as HTMLElement;
  const sight = roomInSight(frame);
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = host;
  const room = { width: sight.width - offsetLeft, height: sight.height - offsetTop };
  if (room.width >= offsetWidth && room.height >= offsetHeight) return NO_SHIFT;
  const rect = { x: box.left, y: box.top, width: box.width, height: box.height };
  const moved = movedInto({ x, y, scale: 1 }, rect, room);
  return {
    x: Math.min(Math.max(0, moved.x), Math.max(0, offsetWidth - room.width)),
    y: Math.min(Math.max(0, moved.y), Math.max(0, offsetHeight - room.height)),
  };
}

function Mark({ kind, of, placement, item, around = -1 }: MarkProps) {
  const box = boxOf(of, placement, item ?? around);
  if (box === null) return null;
  const { left, top, width, height } = box;
  return (
    <span
      class={`cutaway-mark ${kind}${box.item === item ? "" : " is-inside"}`}
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
    />
  );
}

/** What is selected, for who does not see it. */
function Spoken({ of }: { of: CutawayTree }) {
  const item = itemOf(of, selected.value);
  const { name, type } = item === null ? { name: "", type: "" } : nameOf(of, item);
  const text =
    item === null
      ? ""
      : `${name}, ${type}, ${valueText(of.weight[item])}, ${percent(shareOfAll(of, item))} of all`;
  return (
    <output class="cutaway-spoken" aria-live="polite" data-testid="cutaway-spoken">
      {text}
    </output>
  );
}

/** Let the eye follow a zoom: what is looked into grows from its box, or shrinks into it. */
function move(canvas: HTMLCanvasElement, before: Scene | null, now: Scene): void {
  if (before === null || before.zoomed === now.zoomed || !isMotionWanted()) return;
  const { width, height } = now.size;
  const inner = before.boxes.find(({ item }) => item === now.zoomed);
  const outer = now.boxes.find(({ item }) => item === before.zoomed);
  const from =
    inner !== undefined
      ? `translate(${inner.left}px, ${inner.top}px) scale(${inner.width / width}, ${inner.height / height})`
      : outer !== undefined
        ? `scale(${width / outer.width}, ${height / outer.height}) translate(${-outer.left}px, ${-outer.top}px)`
        : null;
  if (from !== null)
    canvas.animate([{ transform: from }, { transform: "none" }], { duration: MOTION, easing: "ease-out" });
}
