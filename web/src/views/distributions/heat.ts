/** Histograms as a heat map: steps across, values up, counts as colours. */

import { widthOfLabels } from "../../charts/axes";
import { FINITE, type HeatCells } from "../../charts/heat_cells";
import { coordinate, numbersUp, placesAcross, plotOf } from "../../charts/panel";
import { pixelsOf, toValue } from "../../charts/projection";
import {
  drawMark,
  type HistogramPanel,
  markOf,
  nearestRow,
  type PanelOptions,
  type RunHistograms,
} from "./panel";
import { type Grid, rebinned } from "./rebin";

const CELL = 3;

/** The bins of a heat map of a height, in CSS pixels. */
export function heatGrid({ values, size }: PanelOptions): Grid {
  return { ...values, bins: Math.max(12, Math.min(160, Math.round((size.height - 28) / CELL))) };
}

/**
 * A row of cells for each bin, the highest values first, and a column for each stretch of the axis: the mean of the
 * histograms in it, else the one before it. Bins without numbers have no colour.
 */
export function countCells(
  run: RunHistograms,
  grid: Grid,
  low: number,
  high: number,
  columns: number,
): HeatCells {
  const size = grid.bins * columns;
  const cells: HeatCells = {
    ...{ rows: grid.bins, columns, extent: null, rowsNotFinite: 0 },
    ...{ mean: new Float64Array(size), state: new Uint8Array(size) },
    ...{ low: new Float64Array(size), high: new Float64Array(size) },
  };
  const counts = rebinned(run.rows, grid);
  const found = new Uint32Array(columns);
  const columnOf = (x: number): number =>
    Math.min(columns - 1, Math.max(0, Math.floor(((x - low) / (high - low)) * columns)));
  for (let row = 0; row < run.x.length; row++) {
    const column = columnOf(run.x[row]);
    found[column]++;
    for (let bin = 0; bin < grid.bins; bin++)
      cells.mean[(grid.bins - 1 - bin) * columns + column] += counts[row * grid.bins + bin];
  }
  const last = run.x.length === 0 ? -1 : columnOf(run.x[run.x.length - 1]);
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let column = 0; column < columns; column++) {
    for (let bin = 0; bin < grid.bins; bin++) {
      const cell = bin * columns + column;
      if (found[column] > 1) cells.mean[cell] /= found[column];
      else if (found[column] === 0 && column > 0 && column < last) cells.mean[cell] = cells.mean[cell - 1];
      if (!(cells.mean[cell] > 0)) continue;
      cells.state[cell] = FINITE;
      least = Math.min(least, cells.mean[cell]);
      most = Math.max(most, cells.mean[cell]);
    }
  }
  cells.extent = most > 0 ? [least, most] : null;
  return cells;
}

export function heatPanel(run: RunHistograms, options: PanelOptions): HistogramPanel {
  const { size, axis, along, values, text, hasLogCounts } = options;
  const grid = heatGrid(options);
  const upOf = (left: number) => coordinate("y", plotOf(size, left), values.range, values);
  const plot = plotOf(size, widthOfLabels(numbersUp(upOf(0), size.height)));
  const [x, y] = [coordinate("x", plot, along, null), upOf(plot.left)];
  const toX = pixelsOf(x);
  const columns = Math.max(1, Math.round(plot.width / CELL));
  const cells = countCells(run, grid, x.low, x.high, columns);
  // Colours tell magnitudes apart by themselves where counts differ much: here it is as it was chosen.
  if (cells.extent !== null && hasLogCounts) {
    for (let cell = 0; cell < cells.mean.length; cell++) cells.mean[cell] = Math.log1p(cells.mean[cell]);
    cells.extent = [0, Math.log1p(cells.extent[1])];
  } else if (cells.extent !== null) cells.extent = [0, cells.extent[1]];
  return {
    ...{ size, plot, cells, across: placesAcross(axis, x, size.width), up: numbersUp(y, size.height) },
    draw(pen) {
      for (let row = 0; row < run.x.length; row++) {
        const mark = markOf(run.rows, row);
        if (mark !== null) drawMark(pen, toX(run.x[row]), plot.top + 5, mark);
      }
      if (run.placed === null) return;
      pen.strokeStyle = text;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(toX(run.placed.x), plot.top);
      pen.lineTo(toX(run.placed.x), plot.top + plot.height);
      pen.stroke();
    },
    at(pointX, pointY) {
      const row = nearestRow(run, toValue(x, pointX));
      return row === null ? [] : [{ run, row, value: toValue(y, pointY) }];
    },
  };
}
