/** What gestures on the charts of the layers view do: they zoom the map, and move its cursor and place. */

import type { ChartEvents } from "../../charts/line_chart";
import { changePlace, cursor } from "../../state/place";
import { zoomTo } from "./geometry";
import { changeLayers } from "./layers_link";

export function chartEvents(onDraw: ChartEvents["onDraw"] = () => undefined): ChartEvents {
  return {
    onZoom: zoomTo,
    onReset: () => changeLayers({ range: null }),
    onPick: () => {
      const { value } = cursor;
      return () => {
        if (value !== null) changePlace({ place: { axis: "step", x: Math.round(value.x) } });
      };
    },
    onPoint: (x) => {
      cursor.value = { axis: "step", x };
    },
    onLeave: () => {
      cursor.value = null;
    },
    onDraw,
  };
}
