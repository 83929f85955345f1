/** The brushes that hold, each with a button that takes it back: also those of axes that are not drawn. */

import { brushText } from "./brushes";
import { columnTitle } from "./compared";
import { brushes, remaining, setBrush } from "./plotted";
import { changeRunsView } from "./runs_view_link";

export function BrushChips() {
  if (brushes.value.length === 0) return null;
  return (
    <p class="brush-chips" data-testid="brushes">
      Only runs with
      {brushes.value.map((brush) => (
        <span key={brush.column} class="brush-chip" data-testid="brush" data-column={brush.column}>
          <span class="quiet">{columnTitle(brush.column)}</span> {brushText(brush)}
          <button
            type="button"
            class="icon"
            aria-label={`Clear the brush on ${columnTitle(brush.column)}`}
            title="Clear this brush"
            onClick={() => setBrush(brush.column, null)}
          >
            ×
          </button>
        </span>
      ))}
      <button type="button" class="link" onClick={() => changeRunsView({ brushes: [] })}>
        clear
      </button>
      {remaining.value !== null && (
        <span class="quiet">{remaining.value.size.toLocaleString("en")} left</span>
      )}
    </p>
  );
}
