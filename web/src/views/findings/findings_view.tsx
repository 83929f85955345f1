/** What went wrong in the runs, a sentence each, the newest first. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { SEVERITIES, type Severity } from "../../api/findings";
import { formatStep, formatTime, plural, withSeparators } from "../../kit/format";
import { Swatch } from "../../kit/swatch";
import { listedRuns } from "../../runs/listed_runs";
import { styleOfRun } from "../../runs/styles";
import { areComplete, countsOf, findingsOfRuns, rules, unjudged } from "../../state/findings";
import { catalogue } from "../../state/server";
import { type Listed, listed } from "./finding_order";
import { changeFindings, findingsFields } from "./findings_link";
import { waysOf } from "./go";

/** More rows than this are not drawn at once; a button shows more. */
const PAGE = 200;

const NAMES: Readonly<Record<Severity, readonly [one: string, many: string]>> = {
  error: ["error", "errors"],
  warning: ["warning", "warnings"],
  info: ["note", "notes"],
  unknown: ["without enough data", "without enough data"],
};

export function FindingsToolbar() {
  const { severities, rule } = findingsFields;
  const ids = listedRuns.value.map(({ id }) => id);
  const all = listed(findingsOfRuns.value, ids, SEVERITIES, rule);
  const counts = countsOf(all.map(({ finding }) => finding));
  const named = [...rules.value.values()].filter(
    ({ name }) =>
      name === rule ||
      ids.some((id) => findingsOfRuns.value.get(id)?.findings.some((finding) => finding.rule === name)),
  );
  const toggle = (severity: Severity): void => {
    const isOn = severities.includes(severity);
    changeFindings({
      severities: SEVERITIES.filter((each) => (each === severity ? !isOn : severities.includes(each))),
    });
  };
  return (
    <div class="toolbar" data-testid="findings-toolbar">
      {SEVERITIES.map((severity) => (
        <button
          key={severity}
          type="button"
          class="chip severity-chip"
          aria-pressed={severities.includes(severity)}
          data-testid={`severity-${severity}`}
          onClick={() => toggle(severity)}
        >
          <SeverityMark severity={severity} />
          {withSeparators(String(counts[severity]))} {NAMES[severity][counts[severity] === 1 ? 0 : 1]}
        </button>
      ))}
      {named.length > 0 && (
        <label class="choice">
          rule
          <select
            value={rule}
            data-testid="findings-rule"
            onChange={(event) => changeFindings({ rule: event.currentTarget.value })}
          >
            <option value="">all</option>
            {named.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
      )}
      <span class="space" />
      {unjudged.value.length > 0 && (
        <span class="quiet" data-testid="unjudged" title="Rules judge the runs whose points are in memory">
          {plural(unjudged.value.length, "run")} not judged: not in memory
        </span>
      )}
      {areComplete.value !== true && (
        <span class="quiet" role="status">
          runs are still being judged
        </span>
      )}
    </div>
  );
}

/** The shapes differ as well as the colours. */
const SHAPES: Readonly<Record<Severity, string>> = {
  error: "M6 0.8 11.2 6 6 11.2 0.8 6z",
  warning: "M6 1 11.3 10.6H0.7z",
  info: "M6 1.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6z",
  unknown: "M1.5 5h9v2h-9z",
};

export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <svg class={`severity is-${severity}`} viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
      <path d={SHAPES[severity]} fill="currentColor" />
    </svg>
  );
}

export function FindingsView() {
  const shown = useSignal(PAGE);
  const { severities, rule } = findingsFields;
  const runs = new Map(listedRuns.value.map((run) => [run.id, run]));
  const found = listed(findingsOfRuns.value, [...runs.keys()], severities, rule);
  const leftOut = [...runs.keys()].reduce(
    (sum, run) => sum + (findingsOfRuns.value.get(run)?.left_out ?? 0),
    0,
  );
  if (found.length === 0) return <NothingFound />;
  return (
    <div class="view-body">
      <ol class="findings" data-testid="findings" onKeyDown={moveBetween}>
        {found.slice(0, shown.value).map((each, i) => (
          <Row
            key={`${each.run} ${each.finding.rule} ${each.finding.sentence}`}
            {...each}
            isFirst={i === 0}
          />
        ))}
      </ol>
      {found.length > shown.value && (
        <button
          type="button"
          onClick={() => {
            shown.value += PAGE;
          }}
        >
          Show {Math.min(PAGE, found.length - shown.value)} more of {withSeparators(String(found.length))}
        </button>
      )}
      {leftOut > 0 && <p class="quiet">{plural(leftOut, "further finding")} of these runs are not listed.</p>}
    </div>
  );
}

/** A list is one tab stop; the arrow keys go from one finding to the next. */
function moveBetween(event: JSX.TargetedKeyboardEvent<HTMLOListElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".finding-sentence")];
  const place = rows.findIndex((row) => row.closest("li")?.contains(document.activeElement));
  const next = rows[place + by];
  if (next === undefined) return;
  event.preventDefault();
  for (const row of rows) row.tabIndex = row === next ? 0 : -1;
  next.focus();
}

function Row({ finding, run, isFirst }: Listed & { isFirst: boolean }) {
  const { severity, rule, sentence, first_step: first, last_step: last, wall_time: time } = finding;
  const known = listedRuns.value.find(({ id }) => id === run);
  if (known === undefined) return null;
  const about = rules.value.get(rule);
  const ways = waysOf(finding, known);
  return (
    <li class="finding" data-testid="finding" data-rule={rule} data-severity={severity}>
      <span role="img" aria-label={NAMES[severity][0]} title={NAMES[severity][0]}>
        <SeverityMark severity={severity} />
      </span>
      <div>
        {ways.length > 0 ? (
          <button
            type="button"
            class="finding-sentence"
            tabIndex={isFirst ? 0 : -1}
            title={`Show it in ${ways[0].title}`}
            onClick={ways[0].go}
          >
            {sentence}
          </button>
        ) : (
          <span class="finding-sentence" tabIndex={-1}>
            {sentence}
          </span>
        )}
        <div class="finding-facts quiet">
          <span class="finding-run" title={known.name}>
            <Swatch style={styleOfRun(known)} />
            {known.name}
          </span>
          {about !== undefined && (
            <span title={`${about.meaning}\nFound where ${about.formula}.`}>{about.title}</span>
          )}
          {severity !== "unknown" && (
            <span>
              {first === last
                ? `step ${formatStep(first)}`
                : `steps ${formatStep(first)}–${formatStep(last)}`}
            </span>
          )}
          {finding.is_first_of_layers && (
            <span class="finding-first" title="No layer of this run was found to go wrong before.">
              went wrong first
            </span>
          )}
          {typeof time === "number" && <span>{formatTime(time)}</span>}
          {ways.map(({ title, view, go }) => (
            <button key={view} type="button" class="link" tabIndex={-1} onClick={go}>
              {title}
            </button>
          ))}
        </div>
      </div>
    </li>
  );
}

function NothingFound() {
  const { rule, severities } = findingsFields;
  const runs = listedRuns.value;
  const isFiltered =
    rule !== "" || !(["error", "warning", "info"] as const).every((each) => severities.includes(each));
  const unknown = runs.reduce(
    (sum, { id }) =>
      sum +
      (findingsOfRuns.value.get(id)?.findings.filter(({ severity }) => severity === "unknown").length ?? 0),
    0,
  );
  return (
    <div class="empty-state" data-testid="no-findings">
      {areComplete.value === null ? (
        <h1>The rules are looking at {plural(runs.length, "run")}.</h1>
      ) : (
        <>
          <h1>
            {isFiltered ? "No such finding" : "Nothing found"} in {catalogue.value?.logdir.path ?? "the log"}.
          </h1>
          <p>
            {rules.value.size} rules look for what goes wrong in a training: numbers that are not finite,
            gradients that vanish or explode, dead layers, updates that are too large or rounded away, losses
            that do not fall.
            {unknown > 0 && ` Of ${plural(unknown, "question")} there is not enough data to say.`}
          </p>
          <p>Rules about layers need their statistics, which one line of the training records:</p>
          <pre>
            <code>writer.watch(model, optimizer)</code>
          </pre>
        </>
      )}
    </div>
  );
}
