/** The frame of what is a run's: a border in the run's colour and dashes. */

import type { Run } from "../../api/catalogue";
import { styleOfRun } from "../../runs/styles";

export function frameOf(run: Run): { borderColor: string; borderStyle: string } {
  const { colour, dash } = styleOfRun(run);
  return {
    borderColor: colour,
    borderStyle: dash.length === 0 ? "solid" : dash[0] > 2 ? "dashed" : "dotted",
  };
}
