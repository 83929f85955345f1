/**
 * Names that say what differs: the words that all names share which stand in one directory are left out, level by level
 * of the tree that slashes make. Words are split at "_", "-", ".", "=" and spaces, numbers are not.
 */

import { computed } from "@preact/signals";
import { steadyNames } from "../state/server";
import { listedGroups, listedRuns } from "./listed_runs";

/** A word with the separators before it: a point between digits and the minus of an exponent belong to a number. */
const PIECE = /[_\-.= ]*(?:[^_\-.= ]|(?<=\d)\.(?=\d)|(?<=\d[eE])-(?=\d))+|[_\-.= ]+/gu;

/** A piece that is a number, or separators alone. */
const NUMBER = /^[_\-.= ]*(?:\d[\d.]*(?:[eE]-?\d+)?)?$/u;

/** Keep before each number the words up to one that is not a number, too: "1" alone is the name of nothing. */
function keepWords(pieces: readonly string[], isKept: boolean[]): void {
  for (let place = pieces.length - 1; place >= 0; place--) {
    if (isKept[place] && NUMBER.test(pieces[place]) && place > 0) isKept[place - 1] = true;
  }
}

/** Names that are longer are cut in the list. */
const LONG = 20;
/** What a date begins with: a year, a day of a month, or a whole date in digits. */
const DATE =
  /^[_\-. ]*(?:(?:19|20)\d\d(?:\d{4}(?:T?\d{4,6})?)?|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\d\d?)$/u;
const DATE_GOES_ON = /^[_\-. ]+(?:\d\d){1,3}$/u;
/** Of year, month, day, hour, minute and second. */
const MOST_OF_DATE = 6;

/** The places of words that are a date and a time in all names; all have as many words. */
function placesOfDates(pieces: readonly (readonly string[])[]): number[] {
  const isAll = (place: number, what: RegExp): boolean => pieces.every((some) => what.test(some[place]));
  const count = pieces[0].length;
  const found: number[] = [];
  for (let place = 0; place < count; place++) {
    if (!isAll(place, DATE)) continue;
    const end = Math.min(count, place + MOST_OF_DATE);
    found.push(place);
    while (place + 1 < end && isAll(place + 1, DATE_GOES_ON)) found.push(++place);
  }
  return found;
}

/** By each of some different parts of names, as many of its words as tell it apart from the others. */
export function shortParts(parts: readonly string[]): ReadonlyMap<string, string> {
  const pieces = parts.map((part) => part.match(PIECE) ?? [part]);
  const fewest = pieces.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
  const hasSameCount = pieces.every(({ length }) => length === fewest);
  const first = pieces[0];
  const isShared = (place: number): boolean => pieces.every((some) => some.at(place) === first.at(place));
  // Of names of different lengths only the beginning and the end can be compared.
  let [start, end] = [0, 0];
  while (start < fewest - 1 && isShared(start)) start++;
  while (end < fewest - 1 - start && isShared(-1 - end)) end++;
  const isLeft = (place: number, count: number): boolean =>
    hasSameCount ? isShared(place) : place < start || place >= count - end;
  const differing = first.filter((_, place) => !isLeft(place, first.length)).length;
  const shortened = (dropped: ReadonlySet<number>): Map<string, string> =>
    new Map(
      parts.map((part, i) => {
        const some = pieces[i];
        // A number whose name is left out says what it is of where it is the only one.
        const isNameOfValue = (place: number): boolean =>
          differing > 1 && (some[place + 1]?.startsWith("=") ?? false) && !isLeft(place + 1, some.length);
        const isKept = some.map(
          (_, place) => (!isLeft(place, some.length) && !dropped.has(place)) || isNameOfValue(place),
        );
        if (some.every((piece, place) => !isKept[place] || NUMBER.test(piece))) keepWords(some, isKept);
        const kept = some.filter((_, place) => isKept[place]);
        return [part, kept.join("").replace(/^[_\-.= ]+/u, "")];
      }),
    );
  const isClear = (names: ReadonlyMap<string, string>): boolean => {
    const shorts = new Set(names.values());
    return shorts.size === parts.length && !shorts.has("");
  };
  let found = shortened(new Set());
  // Where there is no room for all that differs, the time of day says least.
  if (hasSameCount && [...found.values()].some((name) => name.length > LONG)) {
    const dropped = new Set<number>();
    for (const place of placesOfDates(pieces).reverse()) {
      const shorter = shortened(new Set([...dropped, place]));
      if (!isClear(shorter)) continue;
      dropped.add(place);
      found = shorter;
    }
  }
  return isClear(found) ? found : new Map(parts.map((part) => [part, part]));
}

export interface ShortNames {
  /** A run's name, or the directory of some; the name itself where nothing of it would be left. */
  of: (name: string) => string;
  /** What is left of the last levels of a name, which are `label`. */
  ofEnd: (name: string, label: string) => string;
}

export function shortNamesOf(names: readonly string[]): ShortNames {
  const split = names.map((name) => name.split("/"));
  const depth = split.reduce((most, { length }) => Math.max(most, length), 0);
  // What stands beside a part in its directory says what differs; where nothing does, its whole level says it.
  const beside = new Map<string, Set<string>>();
  const levels: Set<string>[] = Array.from({ length: depth }, () => new Set());
  for (const parts of split) {
    let directory = "";
    for (const [level, part] of parts.entries()) {
      const known = beside.get(directory);
      if (known === undefined) beside.set(directory, new Set([part]));
      else known.add(part);
      levels[level].add(part);
      directory += `${part}/`;
    }
  }
  const ofLevels = levels.map((parts, level) => {
    // A level that is the same of all says nothing, but where some names end there and others go on.
    const isEmpty = split.every(
      ({ length }) => length > level + 1 || (length === depth && depth === level + 1),
    );
    return parts.size > 1
      ? shortParts([...parts])
      : new Map([...parts].map((part) => [part, isEmpty && names.length > 1 ? "" : part]));
  });
  const inDirectories = new Map(
    [...beside].filter(([, parts]) => parts.size > 1).map(([path, parts]) => [path, shortParts([...parts])]),
  );
  /** The parts of a name from a level on. */
  const shorten = (parts: readonly string[], from: number): string => {
    let directory = parts
      .slice(0, from)
      .map((part) => `${part}/`)
      .join("");
    const kept: string[] = [];
    for (const [i, part] of parts.slice(from).entries()) {
      const short = inDirectories.get(directory)?.get(part) ?? ofLevels[from + i]?.get(part) ?? part;
      if (short !== "") kept.push(short);
      directory += `${part}/`;
    }
    return kept.join("/");
  };
  const known = new Set(names);
  const shorts = new Set(split.map((parts) => shorten(parts, 0)));
  const isClear = shorts.size === known.size && !shorts.has("");
  const ofEnd = (name: string, label: string): string => {
    const [all, end] = [name.split("/"), label.split("/")];
    return (isClear && shorten(all, all.length - end.length)) || label;
  };
  return { of: (name) => ofEnd(name, name), ofEnd };
}

const listedNames = steadyNames(() => listedRuns.value.map((run) => run.name));

/** In a list of groups: what tells a run apart from the others of its group. */
export const namesInGroups = computed<ReadonlyMap<string, string>>(
  () =>
    new Map(
      (listedGroups.value ?? [])
        .filter(({ runs }) => runs.length > 1)
        .flatMap(({ runs }) => {
          const { of } = shortNamesOf(runs.map((run) => run.name));
          return runs.map((run) => [run.name, of(run.name)] as const);
        }),
    ),
);

export const shortNames = computed<ShortNames>(() => shortNamesOf(listedNames.value));

/** The name of a run as it is shown; any other name, as that of a group, as it is. */
export function shortName(name: string): string {
  return knownNames.value.has(name) ? shortNames.value.of(name) : name;
}

const knownNames = computed(() => new Set(listedNames.value));
