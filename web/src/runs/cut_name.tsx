/**
 * A name on one line that is cut where room is short: first the end that all runs share, then its middle. What tells the
 * runs of a sweep apart is at the end of their names.
 */

import { computed } from "@preact/signals";
import { catalogue } from "../state/server";

/** A name as a part that may be cut and a part that stays: the part behind the last separator, or some characters. */
export function splitName(name: string): [string, string] {
  const characters = [...name];
  if (characters.length <= SHORT) return [name, ""];
  const part = /[^/_\-. ]{2,}$/u.exec(name)?.[0];
  const length = part === undefined ? 0 : [...part].length + 1;
  const kept = length > 0 && length <= MOST_KEPT ? length : LEAST_KEPT;
  return [characters.slice(0, -kept).join(""), characters.slice(-kept).join("")];
}

const SHORT = 12;
const MOST_KEPT = 14;
const LEAST_KEPT = 8;

/** The end that all names share, from a separator on; empty where they share none, or all of a name. */
export function commonEnd(names: readonly string[]): string {
  if (names.length < 2) return "";
  let end = names[0];
  for (const name of names) {
    if (name.endsWith(end)) continue;
    let length = 0;
    while (end.at(-1 - length) === name.at(-1 - length)) length++;
    end = end.slice(end.length - length);
    if (end === "") return "";
  }
  const found = /[/_\-. ].*$/su.exec(end)?.[0] ?? "";
  return names.includes(found) ? "" : found;
}

const endOfRuns = computed(() => commonEnd((catalogue.value?.runs ?? []).map((run) => run.name)));

export function CutName({ name }: { name: string }) {
  const common = endOfRuns.value;
  const hasEnd = common !== "" && name.length > common.length && name.endsWith(common);
  const [start, end] = splitName(hasEnd ? name.slice(0, -common.length) : name);
  return (
    <span class="cut-name">
      <span class="cut-own">
        <span>{start}</span>
        {end !== "" && <span>{end}</span>}
      </span>
      {hasEnd && <span class="cut-common">{common}</span>}
    </span>
  );
}
