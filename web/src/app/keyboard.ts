/** Keys of the whole page: "/" goes to the tag filter, "r" resets the zoom, Escape steps back one thing. */

import { changeView, emphasis, expanded, view } from "./state";
import { AXES, UNZOOMED } from "./url_state";

function isTyping(target: EventTarget | null): target is HTMLInputElement {
  return target instanceof HTMLInputElement && !["checkbox", "range"].includes(target.type);
}

export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape") stepBack(event.target);
  else if (isTyping(event.target)) return;
  else if (event.key === "/") {
    event.preventDefault();
    const filter = document.querySelector<HTMLInputElement>("[data-testid=tag-filter]");
    filter?.focus();
    filter?.select();
  } else if (event.key === "r") resetZoom();
}

export function isZoomed(): boolean {
  const { zoom } = view.value;
  return AXES.some((axis) => zoom[axis] !== null);
}

export function resetZoom(): void {
  if (isZoomed()) changeView({ zoom: UNZOOMED });
}

function stepBack(target: EventTarget | null): void {
  const notice = document.querySelector<HTMLDetailsElement>("details.notice[open]");
  if (notice !== null) notice.open = false;
  else if (isTyping(target)) target.blur();
  else if (expanded.value !== null) expanded.value = null;
  else if (isZoomed()) resetZoom();
  else emphasis.value = null;
}
