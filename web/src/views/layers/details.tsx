/** The selected row over the steps: the curve of the statistic with its band, its magnitudes, and where else it is. */

import { computed, effect, signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { fetchLayerRow, type LayerRow, moduleOfRow } from "../../api/layers";
import type { ChartContent } from "../../charts/chart_content";
import { LineChart } from "../../charts/line_chart";
import { FRAME } from "../../kit/colour";
import { formatCount, formatStep, plural } from "../../kit/format";
import { styleOf } from "../../runs/styles";
import { currentView } from "../../state/page";
import { changePlace, cursor, placeFields } from "../../state/place";
import { theme } from "../../state/preferences";
import { useSize } from "../cards/use_sight";
import { LinksOf } from "../steps/subject_links";
import { bandLine } from "./band_line";
import { chartEvents } from "./chart_events";
import { findingsOf } from "./findings_here";
import { changeLayers, layersFields } from "./layers_link";
import { chosenRun, KIND, selectedLine, series, showRow, statistic, VIEW_NAME } from "./layers_state";
import { MagnitudeMap } from "./magnitude_map";
import { shownRange } from "./map_state";
import { formatStatistic, titleOf } from "./statistics";

const HEIGHT = 150;
const PIXELS = 640;
/** From so many times the lowest value on a curve is on a logarithm. */
const LOG_FROM = 30;
const LIVE_INTERVAL = 1000;
/** Of a group so many rows are named. */
const MOST_NAMED = 60;

/** The row that is selected alone. */
const row = computed(() => {
  const line = selectedLine.value;
  return line !== null && line.rows.length === 1 ? line.rows[0] : null;
});

const known = signal<{ key: string; found: LayerRow } | null>(null);

const wanted = computed(() => {
  const [run, shown, at] = [chosenRun.value, series.value, row.value];
  if (run === null || shown === null || at === null || currentView.value !== VIEW_NAME) return null;
  const { prefix, kind } = shown;
  return { run: run.id, prefix, kind, row: at, range: layersFields.range, pixels: PIXELS };
});

export function followRow(): void {
  let last = "";
  let lastTime = Number.NEGATIVE_INFINITY;
  effect(() => {
    const asked = wanted.value;
    void chosenRun.value?.kinds[KIND];
    if (asked === null) return;
    const key = JSON.stringify(asked);
    const wait = key === last ? Math.max(0, lastTime + LIVE_INTERVAL - performance.now()) : 0;
    const timer = setTimeout(() => {
      last = key;
      lastTime = performance.now();
      fetchLayerRow(asked).then(
        (found) => {
          if (last === key) known.value = { key, found };
        },
        // The last one stays; a server that is gone is said elsewhere.
        () => undefined,
      );
    }, wait);
    return () => clearTimeout(timer);
  });
}

export function Details() {
  const line = selectedLine.value;
  const shown = series.value;
  if (line === null || shown === null)
    return (
      <aside class="details is-empty" aria-label="Details">
        <p class="quiet">
          Click a row of the map: its curve, its magnitudes and what is known of it are shown here.
        </p>
      </aside>
    );
  const at = row.value;
  const asked = wanted.value;
  const found = asked !== null && known.value?.found.row === at ? known.value.found : null;
  const subject = at === null ? line.key.replace(/–\d+$/u, "") : moduleOfRow(shown.rows[at], shown.kind);
  return (
    <aside class="details layers-details" aria-label="Details" data-testid="layers-details">
      <header>
        <h2 title={line.key}>{line.key}</h2>
        <button
          type="button"
          class="icon"
          aria-label="Close the details"
          title="Close (Escape)"
          onClick={() => changeLayers({ row: null })}
        >
          ×
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled is reached by keys. */}
      <div class="details-scroller" tabIndex={0}>
        {at === null ? <Members /> : <Facts row={at} />}
        {at !== null && <Findings row={at} />}
        {at !== null && found === null && <p class="quiet">Reading its curves.</p>}
        {found !== null && (
          <>
            <h3>{titleOf(statistic.value, shown.kind)}, least to greatest</h3>
            <RowCurve found={found} name={statistic.value} />
            {found.magnitudes !== null && (
              <>
                <h3>Magnitudes of the elements over the steps</h3>
                <MagnitudeMap magnitudes={found.magnitudes} />
              </>
            )}
            <Last found={found} kind={shown.kind} />
          </>
        )}
        <nav class="details-subject" aria-label="What is recorded of it">
          <LinksOf subject={subject} />
        </nav>
      </div>
    </aside>
  );
}

function Facts({ row: at }: { row: number }) {
  const shown = series.value;
  if (shown === null) return null;
  const { classes, numel, sampled, dtypes } = shown;
  const isSample = sampled[at] !== numel[at];
  return (
    <p>
      <strong>{classes[at]}</strong>{" "}
      <span class="quiet">
        {dtypes[at]}, {formatCount(numel[at])} elements
        {isSample && `, of which ${formatCount(sampled[at])} are measured`}
      </span>
    </p>
  );
}

/** What the rules say of the row. */
function Findings({ row: at }: { row: number }) {
  return findingsOf(at).map((finding) => (
    <p key={`${finding.rule} ${finding.first_step}`} class={`layers-finding is-${finding.severity}`}>
      {finding.sentence}{" "}
      <button
        type="button"
        class="link"
        title="Fix the place there (n and p lead from finding to finding)"
        onClick={() => changePlace({ place: { axis: "step", x: finding.first_step } })}
      >
        step {formatStep(finding.first_step)}
      </button>
    </p>
  ));
}

/** The rows of a group, to be chosen from. */
function Members() {
  const line = selectedLine.value;
  const shown = series.value;
  if (line === null || shown === null) return null;
  const left = line.all.length - MOST_NAMED;
  return (
    <>
      <p class="quiet">{plural(line.all.length, "row")}; the map shows the worst of them in each cell.</p>
      <ul class="layers-members">
        {line.all.slice(0, MOST_NAMED).map((each) => (
          <li key={each}>
            <button type="button" class="link" onClick={() => showRow(each)}>
              {shown.rows[each]}
            </button>
          </li>
        ))}
      </ul>
      {left > 0 && <p class="quiet">and {plural(left, "further row")}: open the group in the map</p>}
    </>
  );
}

function RowCurve({ found, name }: { found: LayerRow; name: string }) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<LineChart | null>(null);
  const size = useSize(host);
  const content = contentOf(found, name);
  const newest = useRef(content);
  newest.current = content;
  useEffect(() => () => chart.current?.destroy(), []);
  const draw = (): void => {
    const { width } = size.peek();
    const next = newest.current;
    if (host.current === null || width === 0 || next === null) return;
    if (chart.current !== null) {
      chart.current.resize(width, HEIGHT);
      chart.current.update(next);
      return;
    }
    chart.current = new LineChart(host.current, chartEvents(), next, { width, height: HEIGHT });
  };
  useEffect(draw, [found, name, theme.value, String(shownRange.value)]);
  useSignalEffect(() => {
    void size.value;
    draw();
  });
  useSignalEffect(() => {
    const place = cursor.value ?? placeFields.place;
    chart.current?.point(null, place?.axis === "step" ? place.x : null);
  });
  return (
    <div
      ref={host}
      class="layers-row-curve"
      data-testid="layers-row-curve"
      style={{ height: `${HEIGHT}px` }}
    />
  );
}

function contentOf(found: LayerRow, name: string): ChartContent | null {
  const run = chosenRun.value;
  const band = found.bands[name];
  if (run === null || band === undefined) return null;
  const line = bandLine(found, band);
  // Zeros have no place on a logarithm, and are few where a row is alive.
  const lows = line.low.filter((value) => value > 0);
  const isLog = 2 * lows.length > line.low.length && Math.max(...line.high) / Math.min(...lows) > LOG_FROM;
  return {
    series: [{ key: name, name: run.name, label: run.name, tag: null, style: styleOf(run), lines: [line] }],
    ...{ axis: "step", places: null, xScale: "linear", yScale: isLog ? "log" : "linear" },
    ...{ xRange: shownRange.value, yRange: null, ignoresOutliers: false, best: null },
    ...{ xTitle: "step", yTitle: name },
    ...FRAME[theme.value],
  };
}

/** All statistics in the bucket of the place, or in the newest. */
function Last({ found, kind }: { found: LayerRow; kind: string }) {
  const { place } = placeFields;
  const x = place?.axis === "step" ? place.x : Number.POSITIVE_INFINITY;
  let bucket = -1;
  for (let i = 0; i < found.buckets && found.first[i] <= x; i++) bucket = i;
  if (bucket < 0) return null;
  return (
    <>
      <h3>
        {found.first[bucket] === found.last[bucket]
          ? `At step ${formatStep(found.first[bucket])}`
          : `Steps ${formatStep(found.first[bucket])} to ${formatStep(found.last[bucket])}`}
      </h3>
      <table class="layers-statistics">
        <thead>
          <tr>
            <th />
            <th>least</th>
            <th>mean</th>
            <th>greatest</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(found.bands).map(([name, { least, mean, greatest }]) => (
            <tr key={name}>
              <th>{titleOf(name, kind)}</th>
              {[least, mean, greatest].map((values, i) => (
                <td key={i}>{formatStatistic(name, values[bucket])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
