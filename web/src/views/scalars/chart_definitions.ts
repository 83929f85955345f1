/**
 * Charts beyond one for each tag: several tags in one, a tag with a band of two others. Users make them, in the link;
 * logs bring them, as layouts of TensorBoard's custom scalars. A `ChartDefinition` lists tag names; a `Chart` is a
 * definition resolved against the log.
 */

import type { Tag } from "../../api/catalogue";
import type { Refusal, TagTable } from "./tag_search";

/** A line, and the tags of the lower and the upper bound of a band about it. */
export type Margin = readonly [value: string, lower: string, upper: string];

export interface ChartDefinition {
  title: string;
  /** Names of tags. */
  tags: readonly string[];
  /** Regular expressions of more: anywhere in a name as filters are, in a log's layouts at its start as in TensorBoard.
   */ patterns: readonly string[];
  margins: readonly Margin[];
  /** The tag on the x axis of this chart alone; null for the axis of all. */
  x: string | null;
}

/** A chart that can be drawn. */
export interface Chart {
  /** Its name in links: the tag's, or the title of a definition behind "own:" or "log:". */
  key: string;
  title: string;
  tags: readonly Tag[];
  margins: readonly Margin[];
  xTag: Tag | null;
  /** The definition that the user may change; null for a tag's own chart, and for a layout's. */
  definition: ChartDefinition | null;
  /** Names in the definition that no tag has. */
  missing: readonly string[];
  /** Texts of the definition that are not patterns or are not matched, and why. */
  refused: readonly Refusal[];
}

/** The same chart for the same tag, so that a page that is put together anew changes nothing in its cards. */
export function chartOfTag(tag: Tag): Chart {
  const known = chartsOfTags.get(tag);
  if (known !== undefined) return known;
  const chart: Chart = {
    key: tag.name,
    title: tag.name,
    tags: [tag],
    margins: [],
    xTag: null,
    definition: null,
    missing: [],
    refused: [],
  };
  chartsOfTags.set(tag, chart);
  return chart;
}

const chartsOfTags = new WeakMap<Tag, Chart>();

export const OWN = "own:";
const OF_LOG = "log:";

/** Whether a key is that of a definition, and so no tag's name. */
export function isDefinitionKey(key: string): boolean {
  return key.startsWith(OWN) || key.startsWith(OF_LOG);
}

/**
 * The chart of a definition: its tags in the order in which it names them, those of patterns in that of all tags. They
 * are looked for when somebody asks for them, as of thousands of charts few are in sight.
 */
export function chartOfDefinition(
  definition: ChartDefinition,
  { byName, search }: TagTable,
  isOwn: boolean,
): Chart {
  const named = [...definition.tags, ...definition.margins.flat()];
  const isThere = (name: string): boolean => byName.has(name);
  return {
    key: `${isOwn ? OWN : OF_LOG}${definition.title}`,
    title: definition.title,
    get tags() {
      const names = new Set([...named, ...search.find(definition.patterns, !isOwn).names]);
      return [...names].map((name) => byName.get(name)).filter((tag) => tag !== undefined);
    },
    margins: definition.margins.filter((margin) => margin.every(isThere)),
    xTag: definition.x === null ? null : (byName.get(definition.x) ?? null),
    definition: isOwn ? definition : null,
    missing: [...named, ...(definition.x === null ? [] : [definition.x])].filter((name) => !isThere(name)),
    get refused() {
      return search.find(definition.patterns, !isOwn).refused;
    },
  };
}

/** The definitions of a text, as a link or a file has it; null for any other text. */
export function decodeDefinition(text: string): ChartDefinition | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (value === null || typeof value !== "object") return null;
  const { title, tags, patterns, margins, x } = value as Record<string, unknown>;
  if (typeof title !== "string" || title === "") return null;
  const isMargin = (margin: unknown): margin is Margin => strings(margin).length === 3;
  return {
    title,
    tags: strings(tags),
    patterns: strings(patterns),
    margins: Array.isArray(margins) ? margins.filter(isMargin) : [],
    x: typeof x === "string" ? x : null,
  };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** As short as it can be said. */
export function encodeDefinition({ title, tags, patterns, margins, x }: ChartDefinition): string {
  return JSON.stringify({
    title,
    ...(tags.length > 0 && { tags }),
    ...(patterns.length > 0 && { patterns }),
    ...(margins.length > 0 && { margins }),
    ...(x !== null && { x }),
  });
}

/** The title, with a number behind it where another definition has it already. */
export function freeTitle(title: string, definitions: readonly ChartDefinition[]): string {
  const taken = new Set(definitions.map((definition) => definition.title));
  let free = title;
  for (let number = 2; taken.has(free); number++) free = `${title} (${number})`;
  return free;
}
