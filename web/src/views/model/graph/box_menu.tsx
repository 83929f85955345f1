/** What can be done with one box: at the pointer, and in the menu of the drawing for the one that is selected. */

import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { broughtIntoSight } from "../../../charts/graph/camera";
import { type BoxPlace, rectOf, thingOf } from "../../../charts/graph/scene";
import { unfolded } from "../model_state";
import type { GraphController } from "./graph_controller";

interface ActionsProps {
  controller: GraphController;
  place: BoxPlace;
  onDone: (event: Event) => void;
}

export function BoxActions({ controller, place, onDone }: ActionsProps) {
  const { frame, box } = place;
  const { boxes } = frame.part;
  const thing = thingOf(place);
  const { title } = frame.texts[box];
  const repeats = boxes.repeats[box];
  const action = (words: string, key: string, run: () => void) => (
    <button
      type="button"
      onClick={(event) => {
        run();
        onDone(event);
      }}
    >
      {words} {key !== "" && <span class="quiet">{key}</span>}
    </button>
  );
  return (
    <>
      {"group" in thing &&
        action(`${frame.inside.has(box) ? "Close" : "Open"} ${title}`, "Enter", () =>
          controller.toggle(thing),
        )}
      {repeats > 1 &&
        action(`Show all ${repeats} one by one`, "a", () => controller.setUnfolded(place, true))}
      {unfolded.value.has(frame.group) &&
        action("Fold those that are alike", "a", () => controller.setUnfolded(place, false))}
      {action("Show large", "", () =>
        controller.move(
          broughtIntoSight({ ...controller.camera.peek(), scale: 0 }, rectOf(frame, box), controller.sight()),
        ),
      )}
    </>
  );
}

interface MenuProps {
  controller: GraphController;
  menu: Signal<{ place: BoxPlace; x: number; y: number } | null>;
}

export function BoxMenu({ controller, menu }: MenuProps) {
  const element = useRef<HTMLDivElement>(null);
  const at = menu.value;
  useEffect(() => {
    if (at === null) return undefined;
    element.current?.querySelector("button")?.focus();
    const close = (event: Event): void => {
      if (!element.current?.contains(event.target as Node)) menu.value = null;
    };
    addEventListener("pointerdown", close, { capture: true });
    return () => removeEventListener("pointerdown", close, { capture: true });
  }, [at]);
  if (at === null) return null;
  const { width, height } = controller.room.value;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is that of its buttons.
    <div
      ref={element}
      class="menu-body graph-context"
      data-testid="box-menu"
      style={{ left: `${Math.min(at.x, width - 220)}px`, top: `${Math.min(at.y, height - 120)}px` }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        menu.value = null;
      }}
    >
      <BoxActions
        controller={controller}
        place={at.place}
        onDone={() => {
          menu.value = null;
        }}
      />
    </div>
  );
}
