/** One step: the histograms of all runs at the shared place over each other, as bars in common bins. */

import { widthOfLabels } from "../../charts/axes";
import { coordinate, numbersUp, plotOf, valuesAcross } from "../../charts/panel";
import { toValue } from "../../charts/projection";
import type { HistogramPanel, PanelOptions, RunHistograms } from "./panel";
import { gridFor, heightsOf, highestOf, LOG_COUNTS, placedCounts } from "./ridges";

export function barsPanel(runs: readonly RunHistograms[], options: PanelOptions): HistogramPanel {
  const { size, values, hasLogCounts, emphasis } = options;
  const grid = gridFor(options, size.width);
  const counts = runs.map((run) => placedCounts(run, grid));
  const highest = highestOf(counts, grid, options.isCut);
  const upOf = (left: number) =>
    coordinate("y", plotOf(size, left), [0, highest || 1], hasLogCounts ? LOG_COUNTS : null);
  const plot = plotOf(size, widthOfLabels(numbersUp(upOf(0), size.height)));
  const [x, y] = [coordinate("x", plot, values.range, values), upOf(plot.left)];
  const heightOf = heightsOf(hasLogCounts, highest);
  const bottom = plot.top + plot.height;
  const perBin = plot.width / grid.bins;
  return {
    ...{
      size,
      plot,
      cells: null,
      across: valuesAcross(values, x, size.width),
      up: numbersUp(y, size.height),
    },
    draw(pen) {
      for (const [i, run] of runs.entries()) {
        const weight = emphasis === null || emphasis === run.name ? 1 : 0.3;
        pen.fillStyle = pen.strokeStyle = run.style.colour;
        let isOpen = false;
        pen.beginPath();
        for (let bin = 0; bin < grid.bins; bin++) {
          const [from, top] = [plot.left + bin * perBin, bottom - plot.height * heightOf(counts[i][bin])];
          if (counts[i][bin] === 0) {
            if (isOpen) pen.lineTo(from, bottom);
            isOpen = false;
            continue;
          }
          if (!isOpen) pen.moveTo(from, bottom);
          isOpen = true;
          pen.lineTo(from, top);
          pen.lineTo(from + perBin, top);
        }
        if (isOpen) pen.lineTo(plot.left + plot.width, bottom);
        pen.globalAlpha = (runs.length > 1 ? 0.25 : 0.55) * weight;
        pen.fill();
        pen.globalAlpha = weight;
        pen.lineWidth = 1.2;
        pen.setLineDash(run.style.dash);
        pen.stroke();
        pen.setLineDash([]);
        pen.globalAlpha = 1;
      }
    },
    at(pointX) {
      const value = toValue(x, pointX);
      return runs.flatMap((run) => (run.placed === null ? [] : [{ run, row: null, value }]));
    },
  };
}
