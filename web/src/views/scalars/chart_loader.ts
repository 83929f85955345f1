/**
 * Fetches the data of charts: the curves of some runs, or of groups of them, of one tag or several.
 *
 * A chart asks for all when its query changed (axis, scale, range, width, groups), and else only for runs that are
 * new to it or have grown, and for groups only when such a run is in them. Data stay by names, so that a server started
 * anew changes nothing on screen.
 */

import type { Run, Tag } from "../../api/catalogue";
import type { GroupLine } from "../../api/groups";
import { AnswerError } from "../../api/request";
import type { Attempts, ChartView } from "../../api/scalars";
import type { Smoothing } from "../../api/smoothing";
import { reasonOf } from "../../kit/reason";
import type { RunGroup } from "../../runs/run_groups";
import type { Axis, Range, Scale } from "../../series/axis";
import type { Line } from "../../series/line";
import { groupsQueue, scalarsQueue } from "./chart_requests";

/** The query of a chart. */
export interface ChartQuery {
  tags: readonly Tag[];
  /** The tag on the x axis; only where the axis is "tag". */
  xTag: Tag | null;
  runs: readonly Run[];
  /** The same runs in groups that are drawn as a line each; null for a line a run. */
  groups: readonly RunGroup[] | null;
  axis: Axis;
  scale: Scale;
  range: Range | null;
  pixels: number;
  smoothing: Smoothing | null;
  hasSuperseded: boolean;
  attempts: Attempts;
  connection: number;
  /** Whether it is to come before the queries of other charts. */
  isUrgent: boolean;
  /** Whether few pixels are asked for. */
  isSmall: boolean;
  /** The element that the chart is drawn in, by whose place queries are sent. */
  place: () => Element | null;
}

export interface ChartData {
  /** The axis that the server chose. */
  axis: Axis;
  scale: Scale;
  range: Range | null;
  /** By `seriesKey` of the tag and the run. */
  lines: ReadonlyMap<string, readonly Line[]>;
  /** By `seriesKey` of the tag and the group; null where runs are drawn. */
  groups: ReadonlyMap<string, GroupLine> | null;
  /** The names of the runs that are not drawn yet, since they are not in the server's memory. */
  pending: ReadonlySet<string>;
}

/** Names the curve of a tag and a run, or a group of runs. */
export function seriesKey(tag: string, name: string): string {
  return `${tag}\n${name}`;
}

/** A key of the settings that cannot be mixed in one chart. */
function keyOf(query: ChartQuery): string {
  const { axis, scale, range, pixels, smoothing, hasSuperseded, attempts } = query;
  const groups = query.groups?.map(({ name, runs }) => [name, runs.map((run) => run.name)]);
  const tags = [query.xTag?.name, ...query.tags.map((tag) => tag.name)];
  return JSON.stringify([tags, axis, scale, range, pixels, smoothing, hasSuperseded, attempts, groups]);
}

/** The series that a query is for: each tag with each run that has it. */
function seriesOf(query: ChartQuery): { tag: Tag; run: Run; key: string }[] {
  const series = (tag: Tag, run: Run) => ({ tag, run, key: seriesKey(tag.name, run.name) });
  // A row of a family asks for thousands of tags of one run.
  if (query.runs.length === 1) {
    const [run] = query.runs;
    return query.tags.filter(({ runs }) => runs.includes(run.id)).map((tag) => series(tag, run));
  }
  return query.tags.flatMap((tag) => {
    const having = new Set(tag.runs);
    return query.runs.filter((run) => having.has(run.id)).map((run) => series(tag, run));
  });
}

type Series = ReturnType<typeof seriesOf>[number];

/** Growing curves are drawn again at most this often, in milliseconds. */
const LIVE_INTERVAL = 500;
const RETRY_INTERVAL = 2000;

export class ChartLoader {
  #key = "";
  #connection = -1;
  /** The revision of the log directory at which each series was fetched. */
  #fetched = new Map<string, number>();
  #data: ChartData | null = null;
  #query: ChartQuery | null = null;
  #queryKey = "";
  #isBusy = false;
  #lastFetch = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onData: (data: ChartData) => void;
  readonly #onError: (message: string | null) => void;

  constructor(onData: (data: ChartData) => void, onError: (message: string | null) => void) {
    this.#onData = onData;
    this.#onError = onError;
  }

  /** Set the query; null for a chart that is out of sight. */
  request(query: ChartQuery | null): void {
    this.#query = query;
    this.#queryKey = query === null ? "" : keyOf(query);
    this.#schedule();
  }

  /** Whether the data on screen answers the last query; it may still grow. */
  isUpToDate(): boolean {
    const query = this.#query;
    if (query === null) return false;
    const all = seriesOf(query);
    // No run has any of the tags: there is nothing to ask for.
    if (all.length === 0) return true;
    return this.#key === this.#queryKey && all.every(({ key }) => this.#fetched.has(key));
  }

  destroy(): void {
    this.#query = null;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    const query = this.#query;
    clearTimeout(this.#timer);
    if (query === null || this.#isBusy) return;
    const isNew = this.#key !== this.#queryKey;
    const isStale = query.connection !== this.#connection;
    const all = seriesOf(query);
    const unknown = all.filter(({ key }) => !this.#fetched.has(key));
    const grown = all.filter(
      ({ key, run }) =>
        isStale || (run.kinds.scalars ?? 0) > (this.#fetched.get(key) ?? Number.NEGATIVE_INFINITY),
    );
    const asked = isNew ? all : grown;
    if (asked.length === 0) return;
    const isGrowth = !isNew && unknown.length === 0 && !isStale;
    const wait = isGrowth ? this.#lastFetch + LIVE_INTERVAL - performance.now() : 0;
    if (wait > 0) this.#timer = setTimeout(() => this.#schedule(), wait);
    // A group's line is of all its runs.
    else void this.#fetch(query, this.#queryKey, query.groups === null ? asked : all, isNew);
  }

  async #fetch(query: ChartQuery, key: string, asked: readonly Series[], isNew: boolean): Promise<void> {
    this.#isBusy = true;
    try {
      const { data, revision } = await fetchSeries(query, asked);
      this.#take(query, key, asked, isNew, data, revision);
      this.#onError(null);
    } catch (error) {
      // An id is unknown after a restart until the catalogue is here; a lost server is said elsewhere.
      const isExpected = error instanceof TypeError || (error instanceof AnswerError && error.status === 404);
      if (!isExpected) this.#onError(reasonOf(error));
      this.#timer = setTimeout(() => this.#schedule(), RETRY_INTERVAL);
      return;
    } finally {
      this.#isBusy = false;
      this.#lastFetch = performance.now();
    }
    this.#schedule();
  }

  #take(
    query: ChartQuery,
    key: string,
    asked: readonly Series[],
    isNew: boolean,
    data: ChartData,
    revision: number,
  ): void {
    const isOutdated = this.#query !== null && this.#queryKey !== key;
    if (isOutdated) return;
    // The axis can change as a run grows: then earlier answers do not fit.
    const fits =
      !isNew && this.#data !== null && this.#data.axis === data.axis && this.#data.scale === data.scale;
    if (!fits && !isNew) {
      this.#key = "";
      return;
    }
    // A new connection may be to another life of the server, whose revisions do not compare: all were asked for.
    if (!fits || query.connection !== this.#connection) this.#fetched.clear();
    for (const series of asked) this.#fetched.set(series.key, revision);
    this.#key = key;
    this.#connection = query.connection;
    this.#data =
      fits && this.#data !== null
        ? {
            ...data,
            lines: new Map([...this.#data.lines, ...data.lines]),
            pending: joined(this.#data.pending, asked, data.pending),
          }
        : data;
    this.#onData(this.#data);
  }
}

/** The runs that were pending without those that were asked for since, and those of them that are still. */
function joined(
  before: ReadonlySet<string>,
  asked: readonly Series[],
  now: ReadonlySet<string>,
): ReadonlySet<string> {
  const names = new Set(asked.map(({ run }) => run.name));
  return new Set([...[...before].filter((name) => !names.has(name)), ...now]);
}

const NO_NAMES: ReadonlySet<string> = new Set();

function namesOf(runs: readonly Run[], ids: readonly string[]): ReadonlySet<string> {
  if (ids.length === 0) return NO_NAMES;
  const pending = new Set(ids);
  return new Set(runs.filter(({ id }) => pending.has(id)).map(({ name }) => name));
}

/** Ask for series, a request for each tag; where one tag cannot be drawn over steps, all are over wall time. */
async function fetchSeries(
  query: ChartQuery,
  asked: readonly Series[],
): Promise<{ data: ChartData; revision: number }> {
  const fetch = query.groups === null ? fetchLines : fetchGroupLines;
  const answers = await fetch(query, asked, query.axis);
  const isMixed = answers.some(({ data }) => data.axis !== answers[0].data.axis);
  const used = isMixed ? await fetch({ ...query, range: null }, asked, "wall") : answers;
  const { axis, scale } = used[0]?.data ?? query;
  return {
    revision: Math.min(...used.map(({ revision }) => revision)),
    data: {
      axis,
      scale,
      range: query.range,
      lines: new Map(used.flatMap(({ data }) => [...data.lines])),
      groups: query.groups && new Map(used.flatMap(({ data }) => [...(data.groups ?? [])])),
      pending: new Set(used.flatMap(({ data }) => [...data.pending])),
    },
  };
}

type Fetched = Promise<{ data: ChartData; revision: number }[]>;

function viewOf(query: ChartQuery, tag: Tag, axis: Axis): ChartView {
  const { xTag, range, pixels, smoothing, hasSuperseded, attempts } = query;
  return {
    ...{ tag: tag.id, axis, range, pixels, smoothing },
    scale: axis === "wall" ? "linear" : query.scale,
    ...(axis === "tag" && xTag !== null && { x_tag: xTag.id }),
    ...(hasSuperseded && { superseded: true }),
    ...(attempts !== "all" && { attempts }),
  };
}

function fetchLines(query: ChartQuery, asked: readonly Series[], axis: Axis): Fetched {
  const byTag = new Map<Tag, Run[]>();
  for (const { tag, run } of asked) {
    const known = byTag.get(tag);
    if (known === undefined) byTag.set(tag, [run]);
    else known.push(run);
  }
  return Promise.all(
    [...byTag].map(async ([tag, runs]) => {
      const request = { ...viewOf(query, tag, axis), runs: runs.map((run) => run.id) };
      const { chart, revision } = await scalarsQueue.ask(request, { ...query, lines: runs.length });
      const lines = new Map(
        runs.map((run) => [seriesKey(tag.name, run.name), chart.lines.get(run.id) ?? []] as const),
      );
      const pending = namesOf(runs, chart.pending);
      const data = { axis: chart.axis, scale: chart.scale, range: query.range, lines, groups: null, pending };
      return { data, revision };
    }),
  );
}

function fetchGroupLines(query: ChartQuery, asked: readonly Series[], axis: Axis): Fetched {
  const tags = query.tags.filter((tag) => asked.some((series) => series.tag === tag));
  return Promise.all(
    tags.map(async (tag) => {
      const having = new Set(tag.runs);
      const groups = (query.groups ?? []).filter(({ runs }) => runs.some((run) => having.has(run.id)));
      const ids = groups.map(({ runs }) => runs.filter((run) => having.has(run.id)).map((run) => run.id));
      const request = { ...viewOf(query, tag, axis), groups: ids };
      const { chart, revision } = await groupsQueue.ask(request, { ...query, lines: ids.flat().length });
      const names = new Map(groups.flatMap(({ runs }) => runs.map((run) => [run.id, run.name] as const)));
      const lines = new Map(
        groups.map(({ name }, i) => {
          const marked = chart.groups[i].marked.map((id) => names.get(id) ?? "");
          return [seriesKey(tag.name, name), { ...chart.groups[i], marked }] as const;
        }),
      );
      const data = {
        ...{ axis: chart.axis, scale: chart.scale, range: query.range, groups: lines },
        lines: new Map<string, Line[]>(),
        pending: namesOf(query.runs, chart.pending),
      };
      return { data, revision };
    }),
  );
}
