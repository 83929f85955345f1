/** What became of a text: its lines, and in lines that were changed the words. */

import { diffLines, diffWordsWithSpace } from "diff";

export interface Part {
  text: string;
  change: "same" | "added" | "removed";
}

/** Beyond so many changes two texts are different as wholes. */
const MOST_CHANGES = 2000;
/** Lines that were changed are compared word by word up to so many characters. */
const MOST_CHARACTERS = 10_000;

/** The parts of both texts in order. Joined without "removed" they are `after`, without "added" `before`. */
export function difference(before: string, after: string): Part[] {
  const lines = diffLines(before, after, { maxEditLength: MOST_CHANGES });
  if (lines === undefined) return wholes(before, after);
  const parts: Part[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [line, next] = [lines[i], lines[i + 1]];
    if (line.removed && next?.added) {
      parts.push(...words(line.value, next.value));
      i++;
    } else parts.push({ text: line.value, change: line.added ? "added" : line.removed ? "removed" : "same" });
  }
  return parts;
}

function words(before: string, after: string): Part[] {
  if (before.length + after.length > MOST_CHARACTERS) return wholes(before, after);
  const found = diffWordsWithSpace(before, after, { maxEditLength: MOST_CHANGES });
  return (
    found?.map(({ value, added, removed }) => ({
      text: value,
      change: added ? "added" : removed ? "removed" : "same",
    })) ?? wholes(before, after)
  );
}

function wholes(before: string, after: string): Part[] {
  const parts: Part[] = [
    { text: before, change: "removed" },
    { text: after, change: "added" },
  ];
  return parts.filter(({ text }) => text !== "");
}
