/** The edge between list and view: drag it, or move it with the arrow keys. */

import { NARROWEST, setSidebarWidth, sidebarWidth, WIDEST } from "./preferences";

export function WidthHandle() {
  const onPointerDown = (event: PointerEvent): void => {
    const handle = event.currentTarget as HTMLElement;
    const offset = event.clientX - sidebarWidth.value;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => setSidebarWidth(moved.clientX - offset);
    const end = (): void => handle.removeEventListener("pointermove", move);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end, { once: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -16 : event.key === "ArrowRight" ? 16 : 0;
    if (by !== 0) setSidebarWidth(sidebarWidth.value + by);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is a widget, which <hr> is not.
    <div
      class="width-handle"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the run list"
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      aria-valuenow={sidebarWidth.value}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
