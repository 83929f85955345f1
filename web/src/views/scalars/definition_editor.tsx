/** A dialog for a chart of the user's own: which tags, by name or by pattern, over what, with what band. */

import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Expression } from "../../kit/regex/expression";
import { PatternError } from "../../kit/regex/syntax";
import { scalarTags } from "../../state/server";
import { type ChartDefinition, freeTitle, type Margin, OWN } from "./chart_definitions";
import { changeCharts, chartFields } from "./chart_link";
import { soughtChart } from "./charts_of_log";

/** The definition that is being changed; null when there is none. */
export const editedDefinition = signal<{ definition: ChartDefinition | null; isNew: boolean } | null>(null);

const EMPTY: ChartDefinition = { title: "", tags: [], patterns: [], margins: [], x: null };

export function DefinitionEditor() {
  const dialog = useRef<HTMLDialogElement>(null);
  const edited = editedDefinition.value;
  useEffect(() => {
    if (edited !== null) dialog.current?.showModal();
    else dialog.current?.close();
  }, [edited]);
  const close = (): void => {
    editedDefinition.value = null;
  };
  return (
    <dialog
      ref={dialog}
      class="help definition-editor"
      aria-label="Chart of your own"
      data-testid="plan-editor"
      onClose={close}
    >
      {edited !== null && (
        <Form key={edited.definition?.title ?? ""} definition={edited.definition ?? EMPTY} close={close} />
      )}
    </dialog>
  );
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** The first text that is not a pattern or is refused, and why; null when all are fine. */
function patternError(patterns: readonly string[]): string | null {
  for (const pattern of patterns) {
    try {
      new Expression(pattern);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return `${pattern}: ${error.message}`;
    }
  }
  return null;
}

function Form({ definition, close }: { definition: ChartDefinition; close: () => void }) {
  const problem = useSignal<string | null>(null);
  const take = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const field = (name: string): string => String(form.get(name) ?? "").trim();
    const patterns = lines(field("patterns"));
    const margin: Margin = [field("value"), field("lower"), field("upper")];
    const margins = margin.every((name) => name !== "") ? [margin] : [];
    const tags = lines(field("tags"));
    const error = patternError(patterns);
    if (error !== null) problem.value = error;
    else if (margins.length === 0 && margin.some((name) => name !== ""))
      problem.value = "A band needs three tags: the value, its lower and its upper bound.";
    else if (tags.length + patterns.length + margins.length === 0)
      problem.value = "Name at least one tag, a pattern or a band.";
    else {
      const others = chartFields.definitions.filter((other) => other !== definition);
      const wanted =
        field("title") ||
        tags
          .concat(
            patterns,
            margins.map(([value]) => value),
          )
          .join(" + ");
      const title = freeTitle(wanted.slice(0, 80), others);
      const made = { title, tags, patterns, margins, x: field("x") || null };
      const rename = (key: string): string => (key === `${OWN}${definition.title}` ? `${OWN}${title}` : key);
      changeCharts({
        definitions:
          definition === EMPTY
            ? [...others, made]
            : chartFields.definitions.map((old) => (old === definition ? made : old)),
        pins: chartFields.pins.map(rename),
        ranges: new Map([...chartFields.ranges].map(([key, range]) => [rename(key), range])),
        expanded: chartFields.expanded === null ? null : rename(chartFields.expanded),
      });
      soughtChart.value = `${OWN}${title}`;
      close();
    }
  };
  const [value, lower, upper] = definition.margins[0] ?? ["", "", ""];
  return (
    <form class="help-content" onSubmit={take}>
      <h2>{definition === EMPTY ? "New chart" : "Change the chart"}</h2>
      <label>
        Title
        <input name="title" defaultValue={definition.title} placeholder="made from the tags" />
      </label>
      <label>
        Tags, one a line
        <textarea name="tags" rows={3} defaultValue={definition.tags.join("\n")} placeholder="train/loss" />
      </label>
      <label>
        And all that match, one regular expression a line
        <textarea
          name="patterns"
          rows={2}
          defaultValue={definition.patterns.join("\n")}
          placeholder="loss$"
        />
      </label>
      <fieldset class="margin">
        <legend>A line with a band</legend>
        <input
          name="value"
          aria-label="Tag of the line"
          placeholder="value"
          list="tag-names"
          defaultValue={value}
        />
        <input
          name="lower"
          aria-label="Tag of the lower bound"
          placeholder="lower"
          list="tag-names"
          defaultValue={lower}
        />
        <input
          name="upper"
          aria-label="Tag of the upper bound"
          placeholder="upper"
          list="tag-names"
          defaultValue={upper}
        />
      </fieldset>
      <label>
        Over the tag
        <input
          name="x"
          list="tag-names"
          defaultValue={definition.x ?? ""}
          placeholder="as all charts: step or time"
        />
      </label>
      {problem.value !== null && (
        <p class="warning-text" role="alert">
          {problem.value}
        </p>
      )}
      <p class="dialog-buttons">
        <button type="submit">{definition === EMPTY ? "Add" : "Change"}</button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </p>
    </form>
  );
}

/** More names than this are not offered; they can be typed. */
const MOST_OFFERED = 500;

export function TagNames() {
  return (
    <datalist id="tag-names">
      {scalarTags.value.slice(0, MOST_OFFERED).map((tag) => (
        <option key={tag.id} value={tag.name} />
      ))}
    </datalist>
  );
}
