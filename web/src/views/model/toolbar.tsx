/** Which graph is shown, how it is drawn and coloured, and what is looked for in it. */

import { useEffect, useRef } from "preact/hooks";
import type { RecordedModel } from "../../api/model";
import { Choice } from "../../kit/choice";
import { FilterField } from "../../kit/filter_field";
import { withSeparators } from "../../kit/format";
import { changeModel, DRAWINGS, modelFields } from "./model_link";
import { foundPlace, outline, search } from "./model_state";
import { OverlayMenu } from "./overlay/overlay_menu";
import { countInWords, isSearching, searchHint, searchProblem } from "./search_state";
import { goToFound } from "./selection";
import { models, runName, shown } from "./shown_graph";
import { TableMenu } from "./table/table_menu";

let field: HTMLInputElement | null = null;

/** Put the cursor into the field of the search. */
export function focusSearch(): void {
  field?.focus();
  field?.select();
}

export function Toolbar() {
  if (shown.value === null) return null;
  const { drawing } = modelFields;
  return (
    <div class="toolbar is-split">
      <Search />
      <div class="toolbar-main">
        <GraphChoice />
        <Choice
          label="as"
          testId="drawing"
          words={DRAWINGS}
          value={drawing}
          isSet={drawing !== DRAWINGS[0]}
          onChange={(chosen) => changeModel({ drawing: chosen })}
        />
        <PhaseChoice />
        <MeasuredChoice />
        <OverlayMenu />
      </div>
      {drawing === "table" && <TableMenu />}
    </div>
  );
}

/** More runs than this are not offered; a link can name any. */
const MOST_OFFERED = 500;

/** All graphs that there are, run by run. */
function GraphChoice() {
  const all = models.value ?? [];
  const { model } = shown.value as NonNullable<typeof shown.value>;
  const runs = [...new Set(all.map(({ run }) => run))];
  const offered = runs.filter((run, i) => i < MOST_OFFERED || run === model.run);
  const isSet = modelFields.run !== null || modelFields.graph !== null;
  const option = (each: RecordedModel) => (
    <option key={optionOf(each)} value={optionOf(each)}>
      {runs.length > 1 ? `${runName(each.run)}: ${inWords(each)}` : inWords(each)}
    </option>
  );
  const graphsOf = (run: string) => all.filter((each) => each.run === run);
  return (
    <label class={isSet ? "choice is-set" : "choice"} title={`${runName(model.run)}: ${inWords(model)}`}>
      model
      <select
        data-testid="model-graph"
        value={optionOf(model)}
        onChange={({ currentTarget: { value } }) => {
          const chosen = all.find((each) => optionOf(each) === value);
          if (chosen !== undefined)
            changeModel({ run: runName(chosen.run), graph: chosen.graph, measured: null });
        }}
      >
        {runs.length === 1
          ? all.map(option)
          : offered.map((run) => (
              <optgroup key={run} label={runName(run)}>
                {graphsOf(run).map(option)}
              </optgroup>
            ))}
        {offered.length < runs.length && <option disabled>{runs.length - offered.length} more runs</option>}
      </select>
    </label>
  );
}

function optionOf({ run, graph }: RecordedModel): string {
  return `${run} ${graph}`;
}

const SOURCES = {
  trace: "trace",
  graph_def: "GraphDef",
  meta_graph: "MetaGraphDef",
  function_graph: "function graph",
  keras: "Keras",
};

/** "ResNet, trace, 1,234 nodes, recorded 3 times". */
export function inWords({ title, tag, source, nodes, recorded, problem }: RecordedModel): string {
  const facts = [
    SOURCES[source] ?? source,
    ...(problem !== "" ? ["cannot be read"] : nodes < 0 ? [] : [`${withSeparators(String(nodes))} nodes`]),
    ...(recorded.length > 1 ? [`recorded ${recorded.length} times`] : []),
  ];
  const name = title || tag;
  return [...(name === "" ? [] : [name]), ...facts].join(", ");
}

function PhaseChoice() {
  const { model, phase } = shown.value as NonNullable<typeof shown.value>;
  if (model.phases.length < 2) return null;
  return (
    <Choice
      label=""
      ariaLabel="Phase"
      testId="phase"
      words={model.phases}
      value={phase}
      isSet={phase !== "forward"}
      onChange={(chosen) => changeModel({ phase: chosen })}
    />
  );
}

/** Which of several measurements of a graph that ran the costs are of. */
function MeasuredChoice() {
  const measured = outline.value?.measured ?? [];
  if (measured.length < 2) return null;
  const chosen = modelFields.measured;
  return (
    <label class={chosen === null ? "choice" : "choice is-set"} title="Which run of the graph was measured">
      measured
      <select
        data-testid="model-measured"
        value={chosen === null ? "" : String(chosen)}
        onChange={({ currentTarget: { value } }) =>
          changeModel({ measured: value === "" ? null : Number(value) })
        }
      >
        <option value="">newest</option>
        {measured.map(({ tag, step }, place) => (
          <option key={place} value={String(place)}>
            {tag === "" ? `step ${step}` : `${tag}, step ${step}`}
          </option>
        ))}
      </select>
    </label>
  );
}

function Search() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field = input.current;
    return () => {
      field = null;
    };
  }, []);
  const { query } = modelFields;
  const found = search.value;
  const count = found === null ? "" : countInWords(found, foundPlace.value);
  const isFound = (found?.found.length ?? 0) > 0;
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Enter is the field's. */}
      <span
        class="model-search"
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !isFound) return;
          event.preventDefault();
          goToFound(event.shiftKey ? -1 : 1);
        }}
      >
        <FilterField
          input={input}
          testId="model-query"
          label="Search the model"
          hint={searchHint.value}
          value={query}
          error={searchProblem.value === "" ? null : searchProblem.value}
          found={isSearching.value && query !== "" && found === null ? "…" : count}
          onInput={(text) => changeModel({ query: text })}
        />
      </span>
      {query !== "" && (
        <span class="model-steps">
          <button
            type="button"
            class="icon"
            aria-label="The one before"
            title="The one before (N)"
            data-testid="found-before"
            disabled={!isFound}
            onClick={() => goToFound(-1)}
          >
            ▴
          </button>
          <button
            type="button"
            class="icon"
            aria-label="The next one"
            title="The next one (n)"
            data-testid="found-next"
            disabled={!isFound}
            onClick={() => goToFound(1)}
          >
            ▾
          </button>
        </span>
      )}
    </>
  );
}
