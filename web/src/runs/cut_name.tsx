/** A name that is cut in its middle where room is short: what tells names apart is often at their ends. */

import { Fragment } from "preact";

/** A name as a part that may be cut and a part that stays: the part behind the last separator, or some characters. */
export function splitName(name: string): [string, string] {
  const characters = [...name];
  if (characters.length <= SHORT) return [name, ""];
  const part = /(?:[^/_\-. ]|(?<=\d)\.(?=\d)){2,}$/u.exec(name)?.[0];
  const length = part === undefined ? 0 : [...part].length + 1;
  const kept = length > 0 && length <= MOST_KEPT ? length : LEAST_KEPT;
  return [characters.slice(0, -kept).join(""), characters.slice(-kept).join("")];
}

const SHORT = 12;
const MOST_KEPT = 14;
const LEAST_KEPT = 8;

/** A name of several lines, which end behind its separators where they can. */
export function BrokenName({ name }: { name: string }) {
  const parts = name.split(/(?<=[/_ ])/u);
  return (
    <>
      {parts.map((part, i) => (
        <Fragment key={i}>
          {i > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}

export function CutName({ name }: { name: string }) {
  const [start, end] = splitName(name);
  return (
    <span class="cut-name">
      <span class="cut-own">
        <span>{start}</span>
        {end !== "" && <span>{end}</span>}
      </span>
    </span>
  );
}
