/** Percentile bands over steps: between which numbers each share of the values lies, the median as a line. */

import { widthOfLabels } from "../../charts/axes";
import type { Pen } from "../../charts/draw";
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

/** More runs than these have one band each, and no ends. */
const MOST_WITH_ALL = 2;
/** Half the width of a step without neighbours, in CSS pixels. */
const ALONE = 4;

export function bandsPanel(runs: readonly RunHistograms[], options: PanelOptions): HistogramPanel {
  const { size, axis, along, values, text, emphasis } = options;
  const upOf = (left: number) => coordinate("y", plotOf(size, left), values.range, values);
  const plot = plotOf(size, widthOfLabels(numbersUp(upOf(0), size.height)));
  const [x, y] = [coordinate("x", plot, along, null), upOf(plot.left)];
  const [toX, toY] = [pixelsOf(x), pixelsOf(y)];
  const stands = (run: RunHistograms): boolean => emphasis === null || emphasis === run.name;
  const line = (pen: Pen, run: RunHistograms, share: number): void => {
    const { quantile, shares } = run.rows;
    pen.beginPath();
    let isOpen = false;
    for (let row = 0; row < run.x.length; row++) {
      const value = quantile[row * shares.length + share];
      if (!Number.isFinite(value)) isOpen = false;
      else if (isOpen) pen.lineTo(toX(run.x[row]), toY(value));
      else {
        pen.moveTo(toX(run.x[row]), toY(value));
        isOpen = true;
      }
    }
    pen.stroke();
  };
  const band = (pen: Pen, run: RunHistograms, low: number, high: number): void => {
    const { quantile, shares } = run.rows;
    const at = (row: number, share: number): number => quantile[row * shares.length + share];
    for (let row = 0; row < run.x.length; row++) {
      if (!Number.isFinite(at(row, low))) continue;
      let end = row;
      while (end < run.x.length && Number.isFinite(at(end, low))) end++;
      pen.beginPath();
      if (end === row + 1) {
        // A step alone has no width of its own.
        const [left, right] = [toX(run.x[row]) - ALONE, toX(run.x[row]) + ALONE];
        pen.moveTo(left, toY(at(row, high)));
        pen.lineTo(right, toY(at(row, high)));
        pen.lineTo(right, toY(at(row, low)));
        pen.lineTo(left, toY(at(row, low)));
      } else {
        pen.moveTo(toX(run.x[row]), toY(at(row, high)));
        for (let each = row + 1; each < end; each++) pen.lineTo(toX(run.x[each]), toY(at(each, high)));
        for (let each = end - 1; each >= row; each--) pen.lineTo(toX(run.x[each]), toY(at(each, low)));
      }
      pen.closePath();
      pen.fill();
      row = end;
    }
  };
  return {
    ...{ size, plot, cells: null, across: placesAcross(axis, x, size.width), up: numbersUp(y, size.height) },
    draw(pen) {
      for (const run of runs) {
        const last = run.rows.shares.length - 1;
        pen.fillStyle = pen.strokeStyle = run.style.colour;
        const weight = stands(run) ? 1 : 0.3;
        if (runs.length <= MOST_WITH_ALL) {
          for (let low = 0; low < last - low; low++) {
            pen.globalAlpha = 0.16 * weight;
            band(pen, run, low, last - low);
          }
        } else {
          pen.globalAlpha = 0.16 * weight;
          band(pen, run, Math.floor(last / 4), last - Math.floor(last / 4));
        }
        pen.globalAlpha = weight;
        pen.lineWidth = 1.6;
        pen.lineJoin = "round";
        pen.setLineDash(run.style.dash);
        line(pen, run, last / 2);
        pen.setLineDash([]);
        pen.globalAlpha = 1;
        for (let row = 0; row < run.x.length; row++) {
          const mark = markOf(run.rows, row);
          if (mark !== null) drawMark(pen, toX(run.x[row]), plot.top + 5, mark);
        }
      }
      for (const { placed } of runs) {
        if (placed === null) continue;
        pen.strokeStyle = text;
        pen.globalAlpha = 0.6;
        pen.lineWidth = 1;
        pen.beginPath();
        pen.moveTo(toX(placed.x), plot.top);
        pen.lineTo(toX(placed.x), plot.top + plot.height);
        pen.stroke();
        pen.globalAlpha = 1;
      }
    },
    at(pointX) {
      return runs.flatMap((run) => {
        const row = nearestRow(run, toValue(x, pointX));
        return row === null ? [] : [{ run, row, value: null }];
      });
    },
  };
}
