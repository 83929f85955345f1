/** Which run, kind and statistic the map shows, and how. */

import { Choice } from "../../kit/choice";
import { shortName } from "../../runs/short_names";
import { AGAINST, CELLS, changeLayers, layersFields } from "./layers_link";
import {
  against,
  chosenRun,
  colouring,
  nameOf,
  runLayers,
  series,
  statistic,
  watchedRuns,
} from "./layers_state";
import { curve, curves } from "./loss_curve";
import { statisticNamed, titleOf } from "./statistics";

/** More than these are not offered; a link can name any. */
const MOST_OFFERED = 500;

export function Toolbar() {
  const run = chosenRun.value;
  const shown = series.value;
  if (run === null) return null;
  const runs = watchedRuns.value.slice(0, MOST_OFFERED);
  const names = runs.some(({ name }) => name === run.name) ? runs : [...runs, run];
  const kinds = (runLayers.value?.kinds ?? []).map(nameOf);
  const statistics = shown?.statistics ?? ["rms"];
  const hasPast = colouring.value === "log" || colouring.value === "ratio";
  const isOnePrefix = new Set((runLayers.value?.kinds ?? []).map(({ prefix }) => prefix)).size < 2;
  return (
    <div class="toolbar is-split">
      <div class="toolbar-main">
        <Choice
          label="run"
          testId="layers-run"
          words={names.map(({ name }) => name)}
          names={Object.fromEntries(names.map(({ name }) => [name, shortName(name)]))}
          value={run.name}
          title={run.name}
          isSet={layersFields.run !== null}
          onChange={(name) => changeLayers({ run: name, row: null })}
        />
        {shown !== null && (
          <Choice
            label="of"
            testId="layers-kind"
            words={kinds}
            names={Object.fromEntries(
              (runLayers.value?.kinds ?? []).map((each) => [
                nameOf(each),
                isOnePrefix ? `${each.kind}s` : `${nameOf(each)}s`,
              ]),
            )}
            value={nameOf(shown)}
            isSet={layersFields.kind !== null}
            onChange={(kind) => changeLayers({ kind, row: null })}
          />
        )}
        <Choice
          label="show"
          testId="layers-statistic"
          words={statistics}
          names={Object.fromEntries(statistics.map((name) => [name, titleOf(name, shown?.kind ?? "")]))}
          value={statistic.value}
          title={statisticNamed(statistic.value).what}
          isSet={statistic.value !== "rms"}
          onChange={(name) => changeLayers({ statistic: name })}
        />
        <Choice
          label="cell"
          testId="layers-cell"
          words={CELLS}
          value={layersFields.cell}
          title="What stands for the logging steps and rows in a cell"
          isSet={layersFields.cell !== CELLS[0]}
          onChange={(cell) => changeLayers({ cell })}
        />
        {hasPast && (
          <Choice
            label="against"
            testId="layers-against"
            words={AGAINST}
            names={{ nothing: "nothing", median: "this row's own past" }}
            value={against.value}
            title="Over the median of the row's own values: shows changes where rows differ by orders of magnitude"
            isSet={against.value !== AGAINST[0]}
            onChange={(chosen) => changeLayers({ against: chosen })}
          />
        )}
        <Choice
          label="curve"
          testId="layers-curve-choice"
          words={["", ...curves.value.slice(0, MOST_OFFERED).map(({ name }) => name)]}
          names={{ "": "none" }}
          value={curve.value?.name ?? ""}
          title="The scalar above the map"
          isSet={layersFields.curve !== null}
          onChange={(name) => changeLayers({ curve: name })}
        />
        {layersFields.range !== null && (
          <button
            type="button"
            class="chip"
            data-testid="layers-whole"
            title="Show all steps (Escape, or a double click)"
            onClick={() => changeLayers({ range: null })}
          >
            all steps
          </button>
        )}
      </div>
    </div>
  );
}
