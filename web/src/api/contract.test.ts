// @vitest-environment node

/**
 * The page's half of the contract with the server: it asks for what `tests/contract/requests.json` says, and what it reads
 * in the answers of `tests/contract/answers`, which the server's half holds the server to, is there and of its type.
 *
 * A field that is renamed in the server changes an answer, in which it is missing here. One that is renamed in an
 * interface is missing in its check, which the compiler tells, or then in the answer.
 */

import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { list, number, some, text, truth } from "./answer_checks";
import {
  CATALOGUE,
  CATEGORY,
  CHANGE,
  CURVE,
  CURVE_AREAS,
  EVENT_FILE,
  EXPERIMENT,
  EXTREMES,
  GROUPS,
  HISTOGRAMS,
  KIND,
  LAYER_CELL_SHAPE,
  LAYER_MAP_SHAPE,
  LAYER_ROW_SHAPE,
  LAYERS,
  RULE,
  RUN_FINDINGS,
  RUN_ROW,
  STEPS,
  VALUES,
} from "./answer_shapes";
import {
  AREAS,
  AT,
  CHARTS,
  CURVES_AT,
  GROUPED,
  LAYER_CELL,
  LAYER_MAP,
  LAYER_ROW,
  MODEL,
  OVER_STEPS,
  STRETCHES,
  TRANSLATION,
} from "./contract_fixture";
import { fetchDescriptions } from "./descriptions";
import { EventStreamParser } from "./event_stream";
import { fetchExtremes } from "./extremes";
import { fetchFiles } from "./files";
import { fetchFindings } from "./findings";
import { fetchGroups } from "./groups";
import { fetchHistograms } from "./histograms";
import { fetchKinds } from "./kinds";
import { fetchLayerCell, fetchLayerMap, fetchLayerRow, fetchLayers } from "./layers";
import { fetchLayouts } from "./layouts";
import { fetchDetails, fetchModels, fetchOutline, fetchPart, fetchReach, searchModel } from "./model";
import { DETAILS, OUTLINE, PART, REACH, RECORDED_MODEL, SEARCH } from "./model_shapes";
import { fetchPictures } from "./pictures";
import { fetchCurveAreas, fetchPrCurves, type RecordedCurve } from "./pr_curves";
import { AnswerError, fetchCatalogue } from "./request";
import { fetchRuns } from "./runs";
import { type ChartAnswer, fetchScalars } from "./scalars";
import { fetchSteps } from "./steps";
import { fetchTranslation } from "./translate";
import { fetchValues } from "./values";
import { sendWanted } from "./wanted";

const FOLDER = new URL("../../../tests/contract/", import.meta.url);

interface Asked {
  name: string;
  path: string;
  body?: unknown;
}

const REQUESTS = JSON.parse(readFileSync(new URL("requests.json", FOLDER), "utf-8")) as Asked[];
const read = new Set<string>();

/** Let `fetch` answer as agreed to the one request of that name, and take no other. */
function agreed(name: string): void {
  const file = readdirSync(new URL("answers/", FOLDER)).find((file) => file.split(".")[0] === name);
  const request = REQUESTS.find((request) => request.name === name);
  if (file === undefined || request === undefined) throw new Error(`there is no agreed ${name}`);
  const answer = new Uint8Array(readFileSync(new URL(`answers/${file}`, FOLDER)));
  read.add(name);
  vi.stubGlobal("fetch", async (path: string, options: RequestInit = {}) => {
    expect(path).toBe(request.path);
    expect(options.method ?? "GET").toBe(request.body === undefined ? "GET" : "POST");
    if (request.body !== undefined) expect(JSON.parse(String(options.body))).toEqual(request.body);
    return new Response(answer);
  });
}

afterEach(() => vi.unstubAllGlobals());

describe("what the page reads in the server's answers", () => {
  it("catalogue", async () => {
    agreed("catalogue");
    CATALOGUE((await fetchCatalogue()).catalogue, "catalogue");
  });

  it("kinds", async () => {
    agreed("kinds");
    some(KIND)(await fetchKinds(), "kinds");
  });

  it("runs", async () => {
    agreed("runs");
    const { runs, experiment } = await fetchRuns(["t0", "t1"], "all");
    some(RUN_ROW)(runs, "runs");
    EXPERIMENT(experiment, "experiment");
    expect(Object.keys(experiment.hparams)).toContain("lr");
    expect(
      runs.some((run) => Object.keys(run.scalars).length > 0 && Object.keys(run.hparams).length > 0),
    ).toBe(true);
  });

  it("files", async () => {
    agreed("files");
    const files = await fetchFiles();
    some(EVENT_FILE)(files, "files");
    expect(files.some((file) => Object.keys(file.values).length > 0)).toBe(true);
  });

  it("runs that are wanted", async () => {
    agreed("wanted");
    expect(await sendWanted(["r0", "r1"])).toEqual([]);
  });

  it("findings", async () => {
    agreed("findings");
    const answer = await fetchFindings(0, 30);
    number(answer.change, "change");
    truth(answer.complete, "complete");
    some(text)(answer.known, "known");
    list(text)(answer.unread, "unread");
    some(RULE)(answer.rules, "rules");
    some(RUN_FINDINGS)(answer.runs, "runs");
    expect(answer.runs.some(({ findings }) => findings.some(({ rows }) => rows.length > 0))).toBe(true);
  });

  it("layouts", async () => {
    agreed("layouts");
    const categories = await fetchLayouts();
    some(CATEGORY)(categories, "categories");
    const charts = categories.flatMap((category) => category.charts);
    expect(charts.some((chart) => chart.tags.length > 0)).toBe(true);
    expect(charts.some((chart) => chart.margins.length > 0)).toBe(true);
  });

  it("descriptions", async () => {
    agreed("descriptions");
    expect([...(await fetchDescriptions())]).toEqual([["t0", "Mean over the batch"]]);
  });

  it("models", async () => {
    agreed("models");
    const models = await fetchModels();
    some(RECORDED_MODEL)(models, "models");
    expect(models.map(({ run, graph, title, nodes }) => [run, graph, title, nodes])).toEqual([
      [MODEL.run, MODEL.graph, "Net", 3],
    ]);
  });

  it("the outline of a model", async () => {
    agreed("model");
    const outline = await fetchOutline(MODEL);
    OUTLINE(outline, "outline");
    expect(outline.groups.key).toEqual(["", "0", "1", "head"]);
    expect(outline.groups.costs.parameters).toEqual([32, 16, 16, 0]);
    expect(outline.failure).toEqual({
      group: 3,
      node: 6,
      text: "RuntimeError: the sizes of tensors must match",
    });
  });

  it("a part of a model", async () => {
    agreed("model_part");
    const part = await fetchPart(MODEL, 0, true);
    PART(part, "part");
    expect(part.boxes.key).toEqual(["input", "0 … 1", "head"]);
    expect(part.boxes.repeats).toEqual([1, 2, 1]);
    expect([part.edges.start, part.edges.end, part.boxes.failed]).toEqual([[0, 1], [1, 2], [2]]);
  });

  it("details of a model", async () => {
    agreed("model_details");
    const details = await fetchDetails(MODEL, { group: 1 });
    DETAILS(details, "details");
    expect([details.arguments, details.weights.map(({ path }) => path)]).toEqual([
      [["features", "4"]],
      ["0.weight"],
    ]);
  });

  it("a search in a model", async () => {
    agreed("model_search");
    const search = await searchModel(MODEL, "product");
    SEARCH(search, "search");
    expect(search.found.map(({ key }) => key)).toEqual(["0", "1"]);
  });

  it("what a box of a model reaches", async () => {
    agreed("model_reach");
    const reach = await fetchReach(MODEL, { group: 1 }, "outputs");
    REACH(reach, "reach");
    expect(reach.groups).toEqual([0, 2, 3]);
  });

  it("live events", async () => {
    agreed("live");
    const stream = await (await fetch("./api/live")).text();
    const [event] = new EventStreamParser().push(stream);
    expect(event.event).toBe("change");
    CHANGE(JSON.parse(event.data), "change");
  });

  it("scalars", async () => {
    agreed("scalars");
    const { revision, charts } = await fetchScalars(CHARTS);
    number(revision, "revision");
    const of = ({ tag, axis, scale, lines }: ChartAnswer) => [tag, axis, scale, [...lines.keys()]];
    expect(charts.map(of)).toEqual([
      ["t0", "step", "linear", ["r0", "r1"]],
      ["t0", "relative", "linear", ["r0"]],
    ]);
    const [[whole], [smoothed]] = charts.map((chart) => chart.lines.get("r0") ?? []);
    expect([whole.segment, whole.count, whole.leftOut, whole.between]).toEqual([0, 100, 0, null]);
    // A hundred points, a quarter of the steps to the eighth: 8 a bucket, and four points behind the last whole one.
    expect([...whole.x.slice(0, 2), whole.y[0], whole.low[0], whole.high[0]]).toEqual([
      4, 12, 0.875, 0, 1.75,
    ]);
    expect(whole.x.length).toBe(16);
    expect([...whole.isBucket]).toEqual([...Array(12).fill(1), ...Array(4).fill(0)]);
    expect([whole.marks.nan, whole.marks.posInf, whole.marks.negInf].map((counts) => [...counts])).toEqual([
      [1],
      [0],
      [0],
    ]);
    // Smoothed as little as it was asked for: where another chart of the frame is, these are the plain values.
    expect(whole.smooth?.[0]).toBe(whole.y[0]);
    expect(smoothed.count).toBe(31);
    expect(smoothed.smooth?.length).toBe(smoothed.x.length);
  });

  it("groups", async () => {
    agreed("groups");
    GROUPS(await fetchGroups(GROUPED), "groups");
  });

  it("extremes", async () => {
    agreed("extremes");
    const { charts } = await fetchExtremes(STRETCHES);
    EXTREMES({ revision: 1, charts }, "extremes");
    const nan = { count: 1, first: { x: 50, step: 50, wall_time: 1764000050, value: "NaN" } };
    expect(
      charts[0].series.map((each) => [each.run, each.count, each.max?.step, each.nan, each.near?.step]),
    ).toEqual([
      ["r0", 8, 55, nan, 52],
      // One of its points is damaged.
      ["r1", 7, 55, nan, 52],
    ]);
    expect(charts[1].series[0].near).toBe(null);
  });

  it("translation", async () => {
    agreed("translation");
    expect(await fetchTranslation(TRANSLATION)).toEqual([10, 20]);
  });

  it("values", async () => {
    agreed("values");
    const answer = await fetchValues(AT);
    VALUES(answer, "values");
    expect(answer.series.map(({ run, at, value, step }) => [run, at, value?.value, [...step]])).toEqual([
      ["r0", 0, "**1.0** at 10", [10, 20, 30]],
      ["r1", 0, "**2.0** at 10", [10, 20, 30]],
      ["r0", null, undefined, [15]],
      ["r1", null, undefined, [15]],
    ]);
  });

  it("pictures", async () => {
    agreed("pictures");
    const place = { tag: "v9", run: "r0", index: 0, width: null };
    const [picture, missing] = await fetchPictures([0, 1].map((part) => ({ ...place, part })));
    if (picture instanceof AnswerError || !(missing instanceof AnswerError)) throw new Error("not as agreed");
    const { step, parts, size, blob } = picture;
    expect([step, parts, size]).toEqual([40, 1, { width: 1, height: 1 }]);
    expect([blob.size, blob.type, (await blob.text()).slice(0, 2)]).toEqual([58, "image/bmp", "BM"]);
    expect([missing.status, missing.message]).toEqual([404, "there are 1 parts, not part 1"]);
  });

  it("pictures at a place", async () => {
    agreed("pictures_at_a_place");
    const at = { axis: "step" as const, x: 50 };
    const placed = { tag: "v9", run: "r0", at, part: 0, width: null };
    const [picture] = await fetchPictures([placed], { mostBytes: 1 << 20 });
    if (picture instanceof AnswerError) throw new Error("not as agreed");
    const { index, step, wallTime, bytes, blob } = picture;
    expect([index, step, wallTime, bytes, blob.size]).toEqual([0, 40, 1764000040, 75, 58]);
  });

  it("steps", async () => {
    agreed("steps");
    const { revision, kinds } = await fetchSteps(["r0", "r1"]);
    number(revision, "revision");
    list(STEPS)(kinds, "kinds");
    expect(kinds.map(({ kind, count, steps }) => [kind, count, [...steps]])).toEqual([
      ["cutaway_watch", 4, [60, 70, 80, 90]],
      ["histograms", 2, [10, 20]],
      ["images", 1, [40]],
      ["pr_curves", 2, [10, 20]],
      ["tensor", 1, [15]],
      ["text", 3, [10, 20, 30]],
    ]);
  });

  it("histograms", async () => {
    agreed("histograms");
    const rows = await fetchHistograms(OVER_STEPS);
    HISTOGRAMS(rows, "histograms");
    // 0, 1, 1 and 2 in four bins, and NaN and an infinity in none.
    expect([...rows.step]).toEqual([10, 20]);
    expect([rows.values, ...rows.start]).toEqual([2, 0, 4, 8]);
    expect([...rows.left.slice(0, 4), rows.right[3]]).toEqual([0, 0.5, 1, 1.5, 2]);
    expect([...rows.count.slice(0, 4)]).toEqual([1, 0, 2, 1]);
    expect([rows.nan[0], rows.posInf[0], rows.negInf[0], rows.isNotFinite[0]]).toEqual([1, 1, 0, 0]);
    expect([rows.shares.length, rows.quantile.length, rows.damagedCount]).toEqual([9, 18, 0]);
  });

  it("precision-recall curves", async () => {
    agreed("pr_curves");
    const answer = await fetchPrCurves(CURVES_AT);
    VALUES(answer, "curves");
    const [series] = answer.series;
    expect([answer.series.length, series.run, series.at, [...series.step]]).toEqual([1, "r0", 0, [10, 20]]);
    const curve = series.value?.value as RecordedCurve;
    CURVE(curve, "curve");
    // At the thresholds 0, 1/4, 1/2, 3/4 and 1: scores of 1 and 1/2 are positive, of 1/2 and 1/4 negative.
    expect([...curve.truePositives]).toEqual([2, 2, 2, 1, 1]);
    expect([...curve.falsePositives]).toEqual([2, 2, 1, 0, 0]);
    expect([...curve.trueNegatives]).toEqual([0, 0, 1, 2, 2]);
    expect([...curve.falseNegatives]).toEqual([0, 0, 0, 1, 1]);
    expect([...curve.recall]).toEqual([1, 1, 1, 0.5, 0.5]);
    expect([...curve.isUsable]).toEqual([1, 1, 1, 1, 1]);
    expect(curve.averagePrecision).toBeCloseTo(5 / 6, 6);
    expect([curve.rocAuc, curve.unusable]).toEqual([0.875, ""]);
  });

  it("the areas below precision-recall curves", async () => {
    agreed("pr_curve_areas");
    const areas = await fetchCurveAreas(AREAS);
    CURVE_AREAS(areas, "areas");
    expect([areas.values, [...areas.row], [...areas.step]]).toEqual([2, [0, 1], [10, 20]]);
    expect([areas.averagePrecision[0], areas.rocAuc[0]]).toEqual([
      areas.curves[0].averagePrecision,
      areas.curves[0].rocAuc,
    ]);
    expect([...areas.rocAuc]).toEqual([0.875, 0.75]);
    expect(areas.curves.map(({ truePositives }) => [...truePositives])).toEqual([
      [2, 2, 2, 1, 1],
      [2, 2, 2, 1, 1],
    ]);
  });

  it("the layers of a watch", async () => {
    agreed("layers");
    const layers = await fetchLayers("r0");
    LAYERS(layers, "layers");
    expect(layers.kinds.map(({ kind, count, magnitudes }) => [kind, count, magnitudes])).toEqual([
      ["gradient", 4, 0],
      ["weight", 4, 2],
    ]);
  });

  it("a map of layers", async () => {
    agreed("layers_map");
    const map = await fetchLayerMap(LAYER_MAP);
    LAYER_MAP_SHAPE(map, "map");
    expect([...map.first]).toEqual([60, 70, 80, 90]);
    expect([...map.value]).toEqual([
      ...[0.25, 0.5, 0.75, Number.NaN],
      ...[0.25, 0.5, 0.75, 0],
      ...[0.25, 0.5, 0.75, 0],
    ]);
    expect([...map.marks].map((marks) => marks & 31)).toEqual([
      24, 24, 24, 25, 24, 24, 24, 8, 24, 24, 24, 25,
    ]);
  });

  it("one row of layers, and a cell", async () => {
    agreed("layers_row");
    const row = await fetchLayerRow(LAYER_ROW);
    LAYER_ROW_SHAPE(row, "row");
    expect([...row.bands.rms.mean]).toEqual([1, 2, 3, 4]);
    expect([row.magnitudes?.bins, [...(row.magnitudes?.first ?? [])]]).toEqual([64, [60, 90]]);
    agreed("layers_cell");
    const cell = await fetchLayerCell(LAYER_CELL);
    LAYER_CELL_SHAPE(cell, "cell");
    expect([cell.count, cell.elements.nan, cell.statistics.rms.greatest]).toEqual([2, 4, 0.75]);
  });

  it("every answer that is agreed on", () => {
    expect([...read].sort()).toEqual(REQUESTS.map(({ name }) => name).sort());
  });
});
