/** A run's colour and dash pattern, as a short piece of its line. */

import type { RunStyle } from "./colour";

export function Swatch({ style }: { style: RunStyle }) {
  return (
    <svg class="swatch" viewBox="0 0 16 4" width="16" height="4" aria-hidden="true">
      <line
        x1="0"
        x2="16"
        y1="2"
        y2="2"
        stroke={style.colour}
        stroke-width="3"
        stroke-dasharray={
          style.dash.length === 0 ? undefined : style.dash.map((part) => part * 0.8).join(" ")
        }
      />
    </svg>
  );
}
