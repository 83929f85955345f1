/**
 * The subjects of tags of all kinds: what they are about, as a path with slashes. Pieces of names are taken together as
 * in the tree of tags: slashes split always, dots where another tag has a slash there or ends there, where three tags
 * share the text before the dot, or where a model of the log has such a path.
 *
 * Keras numbers its layers through a whole process: the same code has `dense` and `dense_1` in one run, and `dense_2` and
 * `dense_3` in the next. The numbers of each run are therefore counted from the lowest one that any run has, so that a
 * tag may have several subjects.
 */

import { NameReader, type Piece } from "./subject_names";
import { FEWEST_AT_DOT } from "./tag_tree";

export interface TagOfRuns {
  name: string;
  runs: readonly string[];
}

interface Branch {
  below: Map<string, Branch>;
  /** How many names go on behind it, or end there. */
  count: number;
  /** Whether a name goes on behind a slash, or ends there. */
  isEnd: boolean;
}

function branch(): Branch {
  return { below: new Map(), count: 0, isEnd: false };
}

export class Subjects {
  readonly #byName: ReadonlyMap<string, readonly string[]>;
  readonly #reader = new NameReader();
  readonly #top = branch();

  /** `modules`: the paths that the models of the log have, as `decoder.3.attn`. */
  constructor(tags: readonly TagOfRuns[], modules: readonly string[] = []) {
    const parts = tags.map(({ name }) => this.#reader.part(name));
    for (const { pieces } of parts) this.#grow(pieces, 1);
    for (const path of modules) this.#grow(this.#reader.part(path).pieces, FEWEST_AT_DOT);
    const read = tags.map((tag, i) => ({
      ...{ tag, subject: this.#subject(parts[i].pieces) },
      part: parts[i],
    }));
    const renumbered = renumberedLayers(
      read.filter(({ part }) => part.isOfKeras).map(({ subject }) => subject),
      read,
    );
    this.#byName = new Map(read.map(({ tag, subject }) => [tag.name, renumbered.get(subject) ?? [subject]]));
  }

  /** Of a tag: one, but for layers of Keras that are numbered otherwise in other runs; none of a name that no tag has. */
  of(name: string): readonly string[] {
    return this.#byName.get(name) ?? [];
  }

  /** The subject that several tags have in common; empty where they have none. */
  common(names: readonly string[]): string {
    const [first = "", ...others] = names.flatMap((name) => this.of(name)[0] ?? []);
    return others.reduce(shared, first);
  }

  /** A subject, or the path of a module, as it is with the tags that there are. */
  normal(subject: string): string {
    return this.#subject(this.#reader.pieces(subject));
  }

  /** The subject itself, or what is next above it that some of the names are about; empty where there is nothing. */
  nearest(subject: string, names: readonly string[]): string {
    let nearest = "";
    for (const name of names) {
      for (const own of this.of(name)) {
        const common = shared(own, subject);
        if (common.length > nearest.length) nearest = common;
      }
    }
    return nearest;
  }

  /** Whether a tag is about a subject, or about a part of it. */
  isAbout(name: string, subject: string): boolean {
    return this.of(name).some((own) => shared(own, subject) === subject);
  }

  /** `weight`: for how many tags it counts. */
  #grow(pieces: readonly Piece[], weight: number): void {
    let at = this.#top;
    for (const { label, separator } of pieces) {
      let next = at.below.get(label);
      if (next === undefined) {
        next = branch();
        at.below.set(label, next);
      }
      at = next;
      at.count += weight;
      if (separator !== ".") at.isEnd = true;
    }
    // What was behind it was left out.
    at.isEnd = true;
  }

  #subject(pieces: readonly Piece[]): string {
    const last = pieces.length - 1;
    let subject = "";
    let at: Branch | undefined = this.#top;
    for (let i = 0; i < last; i++) {
      const { label, separator } = pieces[i];
      at = at?.below.get(label);
      // A link may have been made where other tags split it.
      const splits = at === undefined ? separator === "/" : at.isEnd || at.count >= FEWEST_AT_DOT;
      subject += label + (splits ? "/" : ".");
    }
    return last < 0 ? "" : subject + pieces[last].label;
  }
}

const SLASH = 47;

/** What two subjects have in common, up to a slash. */
export function shared(one: string, other: string): string {
  const length = Math.min(one.length, other.length);
  let end = 0;
  let i = 0;
  for (; i < length; i++) {
    const code = one.charCodeAt(i);
    if (code !== other.charCodeAt(i)) return one.slice(0, end);
    if (code === SLASH) end = i;
  }
  const longer = one.length > length ? one : other;
  return longer.length === length || longer.charCodeAt(length) === SLASH
    ? longer.slice(0, length)
    : one.slice(0, end);
}

interface ReadTag {
  tag: TagOfRuns;
  subject: string;
}

/** The subjects of layers of Keras, by what they are in one run: as many as they have in the numbering of all runs. */
function renumberedLayers(
  layersOfKeras: readonly string[],
  tags: readonly ReadTag[],
): ReadonlyMap<string, string[]> {
  if (layersOfKeras.length === 0) return new Map();
  const ofKeras = new Set(layersOfKeras);
  const layersOfRun = new Map<string, Set<string>>();
  for (const { tag, subject } of tags) {
    if (!ofKeras.has(subject)) continue;
    for (const run of tag.runs) {
      const layers = layersOfRun.get(run);
      if (layers === undefined) layersOfRun.set(run, new Set([subject]));
      else layers.add(subject);
    }
  }
  // Most runs have the same layers: once for all of them.
  const models = new Set([...layersOfRun.values()].map((layers) => [...layers].join("\n")));
  const layers = [...models].flatMap((model) =>
    model.split("\n").map((key) => ({ model, key, path: key.split("/") })),
  );
  const depths = Math.max(...layers.map(({ path }) => path.length));
  for (let depth = 0; depth < depths; depth++) {
    const numbered = layers
      .filter(({ path }) => depth < path.length)
      .map((layer) => {
        const [, word, number] = /^(.*?)(?:_(\d{1,9}))?$/su.exec(layer.path[depth]) as RegExpExecArray;
        return {
          layer,
          word,
          number: Number(number ?? 0),
          place: [...layer.path.slice(0, depth), word].join("/"),
        };
      });
    const lowest = new Map<string, number>();
    for (const { layer, place, number } of numbered)
      for (const key of [place, `${layer.model}\n${place}`])
        lowest.set(key, Math.min(number, lowest.get(key) ?? number));
    for (const { layer, word, place, number } of numbered) {
      const before = (lowest.get(`${layer.model}\n${place}`) ?? 0) - (lowest.get(place) ?? 0);
      if (before > 0) layer.path[depth] = number === before ? word : `${word}_${number - before}`;
    }
  }
  const found = new Map<string, Set<string>>();
  for (const { key, path } of layers) found.set(key, (found.get(key) ?? new Set()).add(path.join("/")));
  return new Map([...found].map(([key, subjects]) => [key, [...subjects]]));
}
