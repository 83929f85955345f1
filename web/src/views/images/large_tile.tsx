/** A picture in a large card: zoomed and moved with all others of the card, with the values under the pointer. */

import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Size, useSize } from "../cards/use_sight";
import { changeImages, imageFields } from "./image_link";
import type { Drawn } from "./large_content";
import { type PixelValues, valuesOf, valueText } from "./values_under_pointer";
import { NO_ZOOM, NOTCH, panned, pixelAt, project, shareAt, zoomAbout } from "./zoom";

/** The place of the pictures under the pointer, as shares of their width and height; null where there is none. */
export type Probe = readonly [number, number] | null;

interface TileProps {
  content: Drawn;
  probe: { value: Probe };
  label: string;
}

/** In pixels: an arrow key moves by so many. */
const STEP = 40;

export function LargeTile({ content, probe, label }: TileProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const now = useSignal(content);
  now.value = content;
  useSignalEffect(() => {
    if (canvas.current !== null) draw(canvas.current, now.value, size.value, probe.value);
  });
  useWheel(frame, content, probe);
  const drag = useRef<{ x: number; y: number } | null>(null);
  return (
    <div
      ref={frame}
      class={imageFields.zoom.times > 1 ? "large-frame is-zoomed" : "large-frame"}
      // An application, so that a screen reader leaves the arrows to it.
      role="application"
      aria-roledescription="picture"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys.
      tabIndex={0}
      data-testid="large-frame"
      onPointerDown={(event) => {
        if (event.button !== 0 || event.target !== canvas.current) return;
        drag.current = { x: event.clientX, y: event.clientY };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const { x, y } = placeIn(event.currentTarget, event);
        probe.value = shareAt(
          { x, y },
          project(imageFields.zoom, content.extent, size.peek()),
          content.extent,
        );
        if (drag.current === null) return;
        const by = { x: event.clientX - drag.current.x, y: event.clientY - drag.current.y };
        drag.current = { x: event.clientX, y: event.clientY };
        changeImages({ zoom: panned(imageFields.zoom, by, content.extent, size.peek()) });
      }}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerLeave={() => {
        probe.value = null;
      }}
      onDblClick={() => changeImages({ zoom: NO_ZOOM })}
      onKeyDown={(event) => {
        if (onKey(event, content, size.peek(), probe)) event.stopPropagation();
      }}
    >
      <canvas
        ref={canvas}
        data-testid="large-pixels"
        width={Math.round(size.value.width * devicePixelRatio)}
        height={Math.round(size.value.height * devicePixelRatio)}
      />
      {content.over}
      <Readout content={content} probe={probe} />
    </div>
  );
}

function placeIn(
  element: HTMLElement,
  event: { clientX: number; clientY: number },
): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left - element.clientLeft, y: event.clientY - box.top - element.clientTop };
}

/** The wheel's own listener, as it must keep the page from scrolling: with Ctrl or ⌘, as in charts. */
function useWheel(frame: preact.RefObject<HTMLDivElement>, content: Drawn, probe: { value: Probe }): void {
  useEffect(() => {
    const element = frame.current as HTMLDivElement;
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const place = placeIn(element, event);
      const room = { width: element.clientWidth, height: element.clientHeight };
      const notches = Math.max(-3, Math.min(3, -event.deltaY / 100));
      const zoom = zoomAbout(imageFields.zoom, NOTCH ** (2 * notches), place, content.extent, room);
      changeImages({ zoom });
      probe.value = shareAt(place, project(zoom, content.extent, room), content.extent);
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [frame, content, probe]);
}

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [STEP, 0],
  ArrowRight: [-STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

/** Plus and minus zoom, and arrows move what is zoomed; whether the key was one of these. */
function onKey(event: KeyboardEvent, content: Drawn, room: Size, probe: { value: Probe }): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { zoom } = imageFields;
  const arrow = ARROWS[event.key];
  if (event.key === "+" || event.key === "-") {
    const [x, y] = probe.value ?? [0.5, 0.5];
    const { left, top, scale } = project(zoom, content.extent, room);
    const place = { x: left + x * content.extent.width * scale, y: top + y * content.extent.height * scale };
    const factor = event.key === "+" ? NOTCH : 1 / NOTCH;
    changeImages({ zoom: zoomAbout(zoom, factor, place, content.extent, room) });
  } else if (arrow !== undefined && zoom.times > 1) {
    changeImages({ zoom: panned(zoom, { x: arrow[0], y: arrow[1] }, content.extent, room) });
  } else return false;
  event.preventDefault();
  return true;
}

/** Draw what is in sight of a picture, its pixels as squares where they are larger than those of the screen. */
function draw(canvas: HTMLCanvasElement, content: Drawn, room: Size, probe: Probe): void {
  const context = canvas.getContext("2d");
  if (context === null || room.width === 0) return;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(room.width * ratio);
  canvas.height = Math.round(room.height * ratio);
  const { left, top, scale } = project(imageFields.zoom, content.extent, room);
  context.imageSmoothingEnabled = scale * ratio < 1;
  const [width, height] = [content.extent.width * scale * ratio, content.extent.height * scale * ratio];
  for (const { source, from, to } of content.layers) {
    context.save();
    context.beginPath();
    context.rect(from * canvas.width, 0, (to - from) * canvas.width, canvas.height);
    context.clip();
    if (source.width > 0) context.drawImage(source, left * ratio, top * ratio, width, height);
    context.restore();
  }
  const pixel = probe === null ? null : pixelAt(probe, content.extent);
  if (pixel === null || scale < 3) return;
  context.strokeStyle = "#ffffff";
  context.lineWidth = 1;
  const side = scale * ratio;
  context.strokeRect(
    left * ratio + pixel.x * side - 0.5,
    top * ratio + pixel.y * side - 0.5,
    side + 1,
    side + 1,
  );
  context.strokeStyle = "#000000";
  context.strokeRect(
    left * ratio + pixel.x * side - 1.5,
    top * ratio + pixel.y * side - 1.5,
    side + 3,
    side + 3,
  );
}

/** The pixel under the pointer, in this picture wherever the pointer is. */
function Readout({ content, probe }: { content: Drawn; probe: { value: Probe } }) {
  const known = useSignal<readonly PixelValues[]>([]);
  const isPointedAt = probe.value !== null;
  useEffect(() => {
    if (!isPointedAt) return;
    let isWanted = true;
    void Promise.all(content.pictures.map(valuesOf)).then((values) => {
      if (isWanted) known.value = values;
    });
    return () => {
      isWanted = false;
    };
  }, [content, isPointedAt]);
  const text = readoutText(known, probe.value);
  if (text === null) return null;
  return (
    <output class="pixel-values" data-testid="pixel-values">
      {text}
    </output>
  );
}

function readoutText(known: ReadonlySignal<readonly PixelValues[]>, probe: Probe): string | null {
  if (probe === null || known.value.length === 0) return null;
  const parts = known.value.map((values) => {
    const pixel = pixelAt(probe, values);
    if (pixel === null) return null;
    const note = values.note === "" ? "" : ` (${values.note})`;
    return { where: `${pixel.x}, ${pixel.y}`, value: `${valueText(values, pixel.x, pixel.y)}${note}` };
  });
  if (parts[0] === null) return null;
  return `${parts[0].where}: ${parts.map((part) => part?.value ?? "nothing").join(" ↔ ")}`;
}
