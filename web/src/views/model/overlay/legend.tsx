/** What the colours of the overlay mean, of those that there are. */

import { FRAME, INFINITY_COLOUR, NAN_COLOUR } from "../../../kit/colour";
import { formatStep, plural } from "../../../kit/format";
import { placeFields } from "../../../state/place";
import { theme } from "../../../state/preferences";
import { formatOverlay, type Overlay } from "./overlay";
import { colourOfWord, isOverlayRead, overlay, overlayScale, overlayWords } from "./overlay_state";
import { gradientOf, markOfNumber } from "./scale";
import "./overlay.css";

const MOST_WORDS = 8;

export function Legend() {
  const shown = overlay.value;
  if (shown === null) return null;
  const words = overlayWords.value;
  return (
    <span class="overlay-legend quiet" data-testid="overlay-legend">
      <b>{shown.title}</b>
      <Ramp shown={shown} />
      {words.slice(0, MOST_WORDS).map((word) => (
        <span key={word} class="overlay-word">
          <i style={{ background: colourOfWord(word) }} />
          {word}
        </span>
      ))}
      {words.length > MOST_WORDS && (
        <span title={words.slice(MOST_WORDS).join("\n")}>{words.length - MOST_WORDS} more</span>
      )}
      <Marks shown={shown} />
      {shown.unit === "value" && <Origin shown={shown} />}
    </span>
  );
}

function Ramp({ shown }: { shown: Overlay }) {
  const scale = overlayScale.value;
  if (scale === null) return null;
  const { low, high, kind } = scale;
  if (low === high) return <span>{formatOverlay(low, shown.unit)}</span>;
  return (
    <span class="overlay-ramp" title={kind === "log" ? "Equal steps of colour are equal factors" : undefined}>
      {formatOverlay(low, shown.unit)}
      <i style={{ background: gradientOf(scale, theme.value) }} />
      {formatOverlay(high, shown.unit)}
      {kind === "log" && " log"}
    </span>
  );
}

/** The numbers that have a mark of their own, with how many there are. */
function Marks({ shown }: { shown: Overlay }) {
  const counts = { zero: 0, nan: 0, "+inf": 0, "-inf": 0 };
  for (const value of shown.values()) {
    const mark = typeof value === "number" ? markOfNumber(value) : null;
    if (mark !== null) counts[mark]++;
  }
  const infinite = counts["+inf"] + counts["-inf"];
  const marks: [name: string, count: number, colour: string][] = [
    ["0", counts.zero, FRAME[theme.value].grid],
    ["NaN", counts.nan, NAN_COLOUR],
    ["±Inf", infinite, INFINITY_COLOUR],
  ];
  return marks
    .filter(([, count]) => count > 0)
    .map(([name, count, colour]) => (
      <span key={name} class="overlay-word" title={`${plural(count, "group")} with ${name}`}>
        <i class={name === "0" ? "is-zero" : ""} style={{ backgroundColor: colour }} />
        {name} ×{count}
      </span>
    ));
}

/** At which place the values were recorded. */
function Origin({ shown }: { shown: Overlay }) {
  if (!isOverlayRead.value) return <span>being read</span>;
  const count = shown.values().length;
  const { place } = placeFields;
  const where =
    place?.axis === "step"
      ? `at or before ${formatStep(place.x)}`
      : place === null
        ? "newest"
        : "at the place";
  return (
    <span>
      {count === 0 ? "nothing recorded" : plural(count, "module")}, {where}
    </span>
  );
}
