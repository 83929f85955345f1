/** An edge that sets the width of the panel beside it: drag it, or move it with the arrow keys. */

export interface WidthHandleProps {
  class: string;
  /** The name of the panel that is made wider or narrower, for screen readers. */
  label: string;
  /** In pixels, as are the bounds. */
  width: number;
  narrowest: number;
  widest: number;
  /** On which side of its content the edge lies. */
  side: "left" | "right";
  setWidth(width: number): void;
}

export function WidthHandle(props: WidthHandleProps) {
  const { width, narrowest, widest } = props;
  const outwards = props.side === "right" ? 1 : -1;
  const setWidth = (wanted: number): void =>
    props.setWidth(Math.round(Math.min(widest, Math.max(narrowest, wanted))));
  const onPointerDown = (event: PointerEvent): void => {
    const handle = event.currentTarget as HTMLElement;
    const start = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => setWidth(width + outwards * (moved.clientX - start));
    const end = (): void => handle.removeEventListener("pointermove", move);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end, { once: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -16 : event.key === "ArrowRight" ? 16 : 0;
    if (by === 0) return;
    event.preventDefault();
    setWidth(width + outwards * by);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is a widget, which <hr> is not.
    <div
      class={props.class}
      role="separator"
      aria-orientation="vertical"
      aria-label={props.label}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      aria-valuenow={width}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
