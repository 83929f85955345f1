/** What of a group is drawn: its line and its band. */

import { BANDS, type Band, STATISTICS } from "../../api/groups";
import { Choice } from "../../kit/choice";
import { runsFields } from "../../runs/runs_link";
import { changeCharts, chartFields } from "./chart_link";

const BAND_NAMES: Record<Band, string> = {
  range: "min–max",
  means: "spread of means",
  deviation: "± std",
  error: "± std error",
  confidence: "95 % CI",
  none: "no band",
};

export function GroupLine() {
  const { statistic, band } = chartFields;
  if (runsFields.groupBy.length === 0) return null;
  return (
    <span class={runsFields.groupBy.length > 1 ? "choices is-narrow" : "choices"}>
      <Choice
        label=""
        ariaLabel="Line of a group"
        testId="statistic"
        words={STATISTICS}
        value={statistic}
        onChange={(chosen) => changeCharts({ statistic: chosen })}
      />
      <Choice
        label=""
        ariaLabel="Band of a group"
        testId="band"
        words={BANDS}
        names={BAND_NAMES}
        value={band}
        onChange={(chosen) => changeCharts({ band: chosen })}
      />
    </span>
  );
}
