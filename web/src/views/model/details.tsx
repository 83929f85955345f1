/** What is known of the selected group or node, at the right of the drawing. */

import type { ComponentChildren } from "preact";
import {
  type DetailedTensor,
  type DetailedWeight,
  type ModelDetails,
  NODE_KIND,
  type Thing,
} from "../../api/model";
import { formatBytes, plural } from "../../kit/format";
import { LinksOf } from "../steps/subject_links";
import { noteDetails } from "./covering";
import { details, reachProblem, traceReach } from "./load_details";
import { choice, isSame, outline, reach, selected } from "./model_state";
import { formatOverlay } from "./overlay/overlay";
import { chainTo, goToThing, select } from "./selection";
import { runName } from "./shown_graph";
import { exactCost, shapeInWords } from "./table/facts";

export function Details() {
  const thing = selected.value;
  if (thing === null)
    return (
      <aside class="details is-empty" aria-label="Details">
        <p class="quiet">
          Select a module or an operation: its arguments, inputs, outputs, weights and costs are listed here.
        </p>
      </aside>
    );
  const known = details.value;
  const found = known?.details ?? null;
  const isOld = known === null || !isSame(known.thing, thing);
  return (
    <aside
      ref={noteDetails}
      class="details model-details"
      aria-label="Details"
      data-testid="model-details"
      aria-busy={isOld}
    >
      <header>
        <h2 title={found?.key}>{found === null ? "Details" : titleOf(found)}</h2>
        <button
          type="button"
          class="icon"
          aria-label="Close the details"
          title="Close (Escape)"
          onClick={() => select(null)}
        >
          ×
        </button>
      </header>
      {known?.problem !== undefined && known.problem !== "" && (
        <p class="warning-text" role="alert">
          {known.problem}
        </p>
      )}
      {known === null && <p class="quiet">Asking what is known of it.</p>}
      {found !== null && <Found of={found} isOld={isOld} />}
    </aside>
  );
}

function titleOf({ name, group }: ModelDetails): string {
  return group === 0 ? (outline.value?.title ?? "") || name : name;
}

function Found({ of, isOld }: { of: ModelDetails; isOld: boolean }) {
  const isGroup = of.group >= 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled is reached by keys.
    <div class={isOld ? "details-scroller is-old" : "details-scroller"} tabIndex={0}>
      <Around of={of} />
      <p>
        {!isGroup && of.kind !== NODE_KIND.op && <span class="quiet">{KINDS[of.kind]} </span>}
        <strong>{of.type}</strong>
        {of.key !== "" && of.key !== of.name && <span class="details-path quiet"> {of.key}</span>}
      </p>
      {of.problem !== "" && (
        <p class="failure" role="alert">
          {of.problem}
        </p>
      )}
      <Trace />
      <Subject of={of} />
      <Costs of={of} />
      {of.calls.map((call) => (
        <Section
          key={call.key}
          title={of.calls.length > 1 ? `Call ${call.key}` : "Call"}
          note={call.failed ? "failed" : ""}
        >
          <Tensors title="in" tensors={call.inputs} />
          <Tensors title="out" tensors={call.outputs} />
        </Section>
      ))}
      <LeftOut of={of} list="calls" />
      {of.calls.length === 0 && (
        <Section title="Tensors">
          <Tensors title="in" tensors={of.inputs} />
          <Tensors title="out" tensors={of.outputs} />
        </Section>
      )}
      {of.calls.length > 0 && of.outputs.length > 0 && (
        <Section title="Read by">
          <Tensors title="to" tensors={of.outputs} />
        </Section>
      )}
      <LeftOut of={of} list="inputs" />
      <LeftOut of={of} list="outputs" />
      <Weights of={of} />
      <Pairs title="Arguments" pairs={of.arguments} testId="arguments" />
      <LeftOut of={of} list="arguments" />
      <Pairs title="Attributes" pairs={of.attributes} testId="attributes" />
      <LeftOut of={of} list="attributes" />
      <Pairs
        title="Where"
        testId="where"
        pairs={[
          ["source", of.source],
          ["device", of.device],
          ["run", runName(choice.value?.run ?? "")],
        ].filter((pair): pair is [string, string] => pair[1] !== "")}
      />
    </div>
  );
}

const KINDS: Record<number, string> = {
  [NODE_KIND.input]: "input",
  [NODE_KIND.output]: "output",
  [NODE_KIND.auxiliary]: "beside the graph:",
  [NODE_KIND.parameter]: "parameter",
  [NODE_KIND.constant]: "constant",
};

/** The way to it from the whole, each step a link. */
function Around({ of }: { of: ModelDetails }) {
  const graph = outline.value;
  if (graph === null || of.groups.length === 0) return null;
  return (
    <nav class="model-path" aria-label="Groups around it">
      {of.groups.map((group) => (
        <span key={group}>
          <button type="button" class="link" onClick={() => goToGroup(group)}>
            {group === 0 ? graph.title || graph.groups.name[0] : (graph.groups.name[group] ?? String(group))}
          </button>
          {" › "}
        </span>
      ))}
    </nav>
  );
}

function goToGroup(group: number): void {
  const graph = outline.peek();
  if (graph !== null) goToThing({ group }, chainTo(graph, group));
}

function Section({
  title,
  note = "",
  testId,
  children,
}: {
  title: string;
  note?: string;
  testId?: string;
  children: ComponentChildren;
}) {
  return (
    <section class="model-section" data-testid={testId}>
      <h3>
        {title}
        {note !== "" && <span class="failure-mark"> {note}</span>}
      </h3>
      {children}
    </section>
  );
}

const DIRECTIONS = [
  ["inputs", "inputs traced", "Show all that it depends on"],
  ["outputs", "outputs traced", "Show all that depends on it"],
] as const;

/** What it depends on and what depends on it, marked in the drawing. */
function Trace() {
  const traced = reach.value;
  return (
    <div class="model-trace">
      {DIRECTIONS.map(([direction, words, title]) => (
        <button
          key={direction}
          type="button"
          data-testid={`trace-${direction}`}
          title={title}
          onClick={() => void traceReach(direction)}
        >
          {words}
        </button>
      ))}
      {traced !== null && (
        <>
          <span data-testid="traced">
            {plural(traced.nodes.length + (traced.left_out ?? 0), "node")}
            {traced.left_out > 0 && (
              <span class="quiet"> ({plural(traced.left_out, "node")} not marked)</span>
            )}
          </span>
          <button
            type="button"
            class="link"
            title="End it (Escape)"
            onClick={() => {
              reach.value = null;
            }}
          >
            end
          </button>
        </>
      )}
      {reachProblem.value !== "" && <span class="warning-text">{reachProblem.value}</span>}
    </div>
  );
}

/** The way to all that is recorded below the same subject. */
function Subject({ of }: { of: ModelDetails }) {
  const graph = outline.value;
  const path = of.path !== "" ? of.path : pathAround(of);
  if (graph === null || path === "") return null;
  return (
    <nav class="details-subject" aria-label="What is recorded of it">
      <LinksOf subject={path} />
    </nav>
  );
}

/** Of a node the path of the module that it is in. */
function pathAround({ node, groups }: ModelDetails): string {
  if (node < 0) return "";
  const paths = outline.value?.groups.path ?? [];
  return groups.map((group) => paths[group] ?? "").findLast((path) => path !== "") ?? "";
}

function Costs({ of }: { of: ModelDetails }) {
  const kinds = (outline.value?.costs ?? []).filter(({ name }) => of.costs[name] != null);
  if (kinds.length === 0) return null;
  const whole = outline.value?.groups.costs ?? {};
  return (
    <Section title="Costs" testId="costs">
      <table>
        <tbody>
          {kinds.map(({ name, title, unit, adds }) => {
            const value = of.costs[name] as number;
            const all = whole[name]?.[0] ?? 0;
            return (
              <tr key={name} data-cost={name}>
                <td class="details-key">{title}</td>
                <td class="details-value" title={exactCost(value, unit)}>
                  {formatOverlay(value, unit)}
                  {adds && all > 0 && value > 0 && of.group !== 0 && (
                    <span class="quiet"> {percent(value / all)}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}

function percent(share: number): string {
  return share < 0.001 ? "< 0.1 %" : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function Tensors({ title, tensors }: { title: string; tensors: readonly DetailedTensor[] }) {
  if (tensors.length === 0) return null;
  return (
    <table class="model-tensors" data-testid={`tensors-${title}`}>
      <tbody>
        {tensors.map((tensor, i) => {
          const other: Thing | null =
            tensor.node >= 0 ? { node: tensor.node } : tensor.group >= 0 ? { group: tensor.group } : null;
          return (
            // Names may be the same: the place tells them apart.
            <tr key={i}>
              <td class="details-key">{i === 0 ? title : ""}</td>
              <td>
                <span class="model-shape" title={tensor.bytes >= 0 ? formatBytes(tensor.bytes) : undefined}>
                  {shapeInWords(tensor.shape)}
                </span>{" "}
                <span class="quiet">{tensor.dtype}</span>
                {tensor.name !== "" && <span class="quiet"> {tensor.name}</span>}
                {tensor.from !== "" && (
                  <>
                    {" "}
                    {other === null ? (
                      <span class="quiet">{tensor.from}</span>
                    ) : (
                      <button type="button" class="link" onClick={() => select(other)}>
                        {tensor.from}
                      </button>
                    )}
                  </>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Weights({ of }: { of: ModelDetails }) {
  if (of.weights.length === 0) return null;
  return (
    <Section title="Weights" testId="weights">
      <table class="model-weights">
        <tbody>
          {of.weights.map((weight) => (
            <tr key={weight.path}>
              <td class="details-key" title={weight.path}>
                {withoutPath(weight.path, of.path)}
              </td>
              <td title={weight.bytes >= 0 ? formatBytes(weight.bytes) : undefined}>
                <span class="model-shape">{shapeInWords(weight.shape)}</span>{" "}
                <span class="quiet">
                  {[weight.dtype, ...rolesOf(weight)].filter((word) => word !== "").join(", ")}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <LeftOut of={of} list="weights" />
    </Section>
  );
}

function rolesOf({ buffer, trainable, aliases }: DetailedWeight): string[] {
  return [
    ...(buffer ? ["buffer"] : trainable ? [] : ["frozen"]),
    ...(aliases.length > 0 ? [`also ${aliases.join(", ")}`] : []),
  ];
}

function withoutPath(path: string, module: string): string {
  return module !== "" && path.startsWith(`${module}.`) ? path.slice(module.length + 1) : path;
}

function Pairs({
  title,
  pairs,
  testId,
}: {
  title: string;
  pairs: readonly (readonly [string, string])[];
  testId: string;
}) {
  if (pairs.length === 0) return null;
  return (
    <Section title={title} testId={testId}>
      <table>
        <tbody>
          {pairs.map(([name, text], i) => (
            // Arguments that were given by their place have no names.
            <tr key={name || i}>
              <td class="details-key">{name}</td>
              <td class="details-value" title={text}>
                {text}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function LeftOut({ of, list }: { of: ModelDetails; list: string }) {
  const count = of.left_out?.[list] ?? 0;
  return count > 0 ? <p class="quiet">{`and ${plural(count, "further one")}: ${list}`}</p> : null;
}
