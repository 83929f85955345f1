/** Zooming the time of a large card's sounds as charts are zoomed: Ctrl (⌘) and the wheel, plus and minus, arrows with Shift. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { audioFields, changeAudio } from "./audio_link";
import { moved, zoomedAbout } from "./time_zoom";

/** What one notch of the wheel does, and what a key does. */
const NOTCH = 1.25;
const KEY = 2;
/** Shift and an arrow move what is in sight by such a share of it. */
const MOVE = 1 / 4;

/** The wheel's own listener, as it must keep the page from scrolling. Null for the seconds switches it off. */
export function useWheelZoom(
  element: RefObject<HTMLElement>,
  duration: number,
  secondsAt: ((clientX: number) => number) | null,
): void {
  // The newest, so that the listener stays the same.
  const now = useRef({ duration, secondsAt });
  now.current = { duration, secondsAt };
  useEffect(() => {
    const listening = element.current as HTMLElement;
    const turn = (event: WheelEvent): void => {
      const { duration: longest, secondsAt: placeAt } = now.current;
      if (placeAt === null || (!event.ctrlKey && !event.metaKey)) return;
      event.preventDefault();
      const notches = Math.max(-3, Math.min(3, event.deltaY / 100));
      const place = placeAt(event.clientX);
      changeAudio({ range: zoomedAbout(audioFields.range, NOTCH ** (2 * notches), place, longest) });
    };
    listening.addEventListener("wheel", turn, { passive: false });
    return () => listening.removeEventListener("wheel", turn);
  }, [element]);
}

/** Whether the key zoomed or moved what is in sight, about the position. */
export function zoomByKey({ key, shiftKey }: KeyboardEvent, position: number, duration: number): boolean {
  const { range } = audioFields;
  const arrow = shiftKey ? (key === "ArrowLeft" ? -1 : key === "ArrowRight" ? 1 : 0) : 0;
  if (arrow !== 0) {
    const [from, to] = range ?? [0, duration];
    changeAudio({ range: moved(range, arrow * MOVE * (to - from), duration) });
  } else if (key === "+" || key === "=")
    changeAudio({ range: zoomedAbout(range, 1 / KEY, position, duration) });
  else if (key === "-") changeAudio({ range: zoomedAbout(range, KEY, position, duration) });
  else return false;
  return true;
}
