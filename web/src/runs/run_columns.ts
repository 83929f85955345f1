/**
 * The columns that the list of runs shows beside a name, and sorts by: facts of the run, its hyper-parameters, and
 * values its scalars came to. A column is a text, as it stands in a link: `step`, `state`, `hparam:lr`, `last:train/loss`,
 * `best:train/loss` (the least, as less of a loss is better), `nan:train/loss` (the first step at which it is not finite),
 * `nan:any`.
 */

import type { Run, Tag } from "../api/catalogue";
import type { LooseNumber, RunRow } from "../api/runs";
import { formatCount, formatDuration, formatShort, formatStep, formatTime } from "../kit/format";
import { compareNatural } from "../kit/natural_order";
import { type Sense, senseOf } from "./metrics";
import { firstOf, notFiniteOf } from "./not_finite";

export const FACTS = ["step", "state", "start", "duration", "points", "status", "session group"] as const;
const FACT_NAMES: Record<(typeof FACTS)[number], string> = {
  step: "last step",
  state: "state",
  start: "start",
  duration: "duration",
  points: "points",
  status: "status",
  "session group": "session group",
};
/** Facts that TensorBoard's plug-in for hyper-parameters is told: only some logs have them. */
const OF_SESSIONS = ["status", "session group"];
const STATISTICS = ["last", "best", "min", "max"] as const;
/** In the place of a tag's name: of all scalars. */
export const ANY_TAG = "any";
/** More of a kind than this are not offered: the names can be typed into the filter. */
const MOST_OFFERED = 200;

export type CellValue = number | string | null;

export interface Cell {
  /** The value that it is sorted by and compared with; null where the run has none. */
  value: CellValue;
  text: string;
}

export const NO_CELL: Cell = { value: null, text: "–" };
/** Of a run that has not been read so far as to know. */
export const UNKNOWN_CELL: Cell = { value: null, text: "…" };

export interface ColumnGroup {
  label: string;
  columns: readonly (readonly [string, string])[];
}

/** Whether a column can be shown without the table of runs. */
export function isOfCatalogue(column: string): boolean {
  return column === "step" || column === "points";
}

/** The tag whose scalars a column is made of; null for a column that is made of something else. */
export function tagOfColumn(column: string): string | null {
  return /^(?:last|best|min|max):(.*)$/su.exec(column)?.[1] ?? null;
}

/** Which is better in a column: less, more, or neither. The sooner there is a NaN, the sooner one wants to know. */
export function senseOfColumn(column: string): Sense | null {
  if (column.startsWith("nan:")) return "down";
  const tag = tagOfColumn(column);
  return tag === null ? null : senseOf(tag);
}

/** Metrics that were recorded with hyper-parameters: one value of a run, under names that begin so. */
const RESULT = "hparam/";

function isResult({ name }: Tag): boolean {
  return name.startsWith(RESULT) && name.length > RESULT.length;
}

/** The columns that there are, in groups; those of thousands of tags are cut. */
export function offeredColumns(rows: Iterable<RunRow>, tags: readonly Tag[]): ColumnGroup[] {
  const hparams = new Set<string>();
  const notFinite = new Set<string>();
  let hasSessions = false;
  for (const row of rows) {
    hasSessions ||= row.session !== null;
    for (const name of Object.keys(row.hparams)) hparams.add(name);
    for (const id of Object.keys(row.not_finite)) notFinite.add(id);
  }
  const [results, series] = [tags.filter(isResult), tags.filter((tag) => !isResult(tag))];
  const groups: ColumnGroup[] = [
    {
      label: "run",
      columns: FACTS.filter((fact) => hasSessions || !OF_SESSIONS.includes(fact)).map(
        (fact) => [fact, FACT_NAMES[fact]] as const,
      ),
    },
    {
      label: "hyper-parameters",
      columns: [...hparams].slice(0, MOST_OFFERED).map((name) => [`hparam:${name}`, name] as const),
    },
    {
      label: "results",
      columns: results
        .slice(0, MOST_OFFERED)
        .map(({ name }) => [`last:${name}`, name.slice(RESULT.length)] as const),
    },
    ...STATISTICS.map((statistic) => ({
      label: `${statistic} of`,
      columns: series
        .filter(({ name }) => statistic !== "best" || senseOf(name) !== null)
        .slice(0, MOST_OFFERED)
        .map(({ name }) => [`${statistic}:${name}`, `${statistic} ${name}`] as const),
    })),
    {
      label: "first NaN or Inf of",
      columns: [ANY_TAG, ...tags.filter(({ id }) => notFinite.has(id)).map(({ name }) => name)]
        .slice(0, notFinite.size === 0 ? 0 : MOST_OFFERED)
        .map((name) => [`nan:${name}`, columnName(`nan:${name}`)] as const),
    },
  ];
  return groups.filter(({ columns }) => columns.length > 0);
}

/** The columns that runs can be grouped by: hyper-parameters, the state, and any column that is shown. */
export function offeredGroupings(
  rows: Iterable<RunRow>,
  columns: readonly string[],
): (readonly [string, string])[] {
  const groups = offeredColumns(rows, []);
  const hparams = groups.find(({ label }) => label === "hyper-parameters")?.columns ?? [];
  const named = new Map([...hparams, ["state", "state"] as const]);
  for (const column of columns) if (!named.has(column)) named.set(column, columnName(column));
  return [...named];
}

/** A column's name, as its head has it. */
export function columnName(column: string): string {
  const fact = FACTS.find((known) => known === column);
  if (fact !== undefined) return FACT_NAMES[fact];
  if (column === `nan:${ANY_TAG}`) return "first NaN";
  return column
    .replace(/^nan:/u, "first NaN ")
    .replace(/^hparam:/u, "")
    .replace(/^(last|best|min|max):/u, "$1 ");
}

function toNumber(value: LooseNumber | null): number | null {
  return value === null ? null : Number(value);
}

/** Whether a run's row says nothing of it: nothing has been read of the run, or the row is older than what has. */
export function isUnread(run: Run, row: RunRow | undefined, isReading: boolean): boolean {
  if (row === undefined) return true;
  if (run.points > 0) return row.points === 0;
  return (isReading || run.unread) && Object.keys(run.kinds).length === 0;
}

/** A run's cell; `tagIds` are the ids of scalar tags by their names, `row` is missing until the table is there. */
export function cellOf(
  column: string,
  run: Run,
  row: RunRow | undefined,
  tagIds: ReadonlyMap<string, string>,
): Cell {
  // Nothing is known of a run that was never read.
  if (run.unread && Object.keys(run.kinds).length === 0 && isOfCatalogue(column)) return UNKNOWN_CELL;
  if (column === "step")
    return run.last_step === null ? NO_CELL : { value: run.last_step, text: formatStep(run.last_step) };
  if (column === "points") return { value: run.points, text: formatCount(run.points) };
  if (row === undefined) return UNKNOWN_CELL;
  if (column === "state") return { value: row.state, text: row.state };
  if (OF_SESSIONS.includes(column)) {
    const said = column === "status" ? row.session?.status : row.session?.group;
    return said ? { value: said, text: said } : NO_CELL;
  }
  if (column === "start")
    return row.start === null ? NO_CELL : { value: row.start, text: formatTime(row.start) };
  if (column === "duration") {
    if (row.start === null || row.end === null || row.end < row.start) return NO_CELL;
    return { value: row.end - row.start, text: formatDuration(row.end - row.start) };
  }
  const [kind, ...rest] = column.split(":");
  const name = rest.join(":");
  if (kind === "hparam") return hparamCell(row.hparams, name);
  if (kind === "nan") {
    const first = firstOf(notFiniteOf(row.not_finite, name === ANY_TAG ? null : (tagIds.get(name) ?? "")));
    return first === null ? NO_CELL : { value: first.step, text: `${first.word} ${formatStep(first.step)}` };
  }
  const scalar = row.scalars[tagIds.get(name) ?? ""];
  if (scalar === undefined) return NO_CELL;
  const sense = kind === "best" ? senseOf(name) : null;
  if (kind === "best" && sense === null) return NO_CELL;
  const isLeast = kind === "min" || sense === "down";
  const value = toNumber(isLeast ? scalar[2] : kind === "last" ? scalar[1] : scalar[3]);
  return value === null ? NO_CELL : { value, text: formatShort(value) };
}

/** A cell with every digit, and whose it is. */
export function describeCell(column: string, { value, text }: Cell): string {
  if (value === null) return "";
  const isTime = column === "start" || column === "duration";
  return `${columnName(column)}: ${isTime ? text : value}`;
}

/** A hyper-parameter as people write it: 20, 0.01, 3e-4. */
export function formatMeant(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return formatStep(value);
  const plain = formatShort(value);
  if (!Number.isFinite(value) || size >= 1e-3) return plain;
  const scientific = Number(value.toPrecision(4)).toExponential();
  return scientific.length <= plain.length ? scientific : plain;
}

/** Numbers that JSON does not know are words in it. */
const NOT_FINITE = new Map<unknown, number>(
  ["NaN", "Infinity", "-Infinity"].map((word) => [word, Number(word)]),
);

function hparamCell(hparams: Record<string, unknown>, name: string): Cell {
  if (!Object.hasOwn(hparams, name)) return NO_CELL;
  const value = NOT_FINITE.get(hparams[name]) ?? hparams[name];
  if (typeof value === "number") return { value, text: formatMeant(value) };
  if (value === null || value === undefined) return NO_CELL;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { value: text, text };
}

/** Numbers before words before nothing, NaN last of the numbers, each ascending. */
export function compareCells(one: CellValue, other: CellValue): number {
  const rank = (value: CellValue): number =>
    value === null ? 3 : typeof value === "string" ? 2 : Number.isNaN(value) ? 1 : 0;
  const byRank = rank(one) - rank(other);
  if (byRank !== 0 || one === null || other === null) return byRank;
  if (typeof one === "string") return compareNatural(one, String(other));
  return one === other ? 0 : one < Number(other) ? -1 : 1;
}

function isNaNBesideNumber(one: CellValue, other: CellValue): boolean {
  return typeof one === "number" && typeof other === "number" && Number.isNaN(one) !== Number.isNaN(other);
}

/** Sorted by cells; NaN comes behind other numbers either way, and what has no value last. */
export function sortedBy<T>(items: readonly T[], cell: (item: T) => CellValue, isDescending: boolean): T[] {
  const keyed = items.map((item) => ({ item, value: cell(item) }));
  keyed.sort((one, other) => {
    const isEnd = one.value === null || other.value === null || isNaNBesideNumber(one.value, other.value);
    return compareCells(one.value, other.value) * (isDescending && !isEnd ? -1 : 1);
  });
  return keyed.map(({ item }) => item);
}
