/** Highlights: the tags that are looked at first, by the words in their names (docs/viewer.md, "Order"). */

/** Words of names, those of the first row first. */
const WORDS: readonly (readonly string[])[] = [
  ["loss"],
  ["val", "valid", "validation"],
  ["eval", "evaluation", "test"],
  ["acc", "accuracy", "top1", "top5", "f1", "auc", "map", "iou", "bleu", "rouge", "psnr", "fid"],
  ["reward", "return"],
  ["ppl", "perplexity"],
];
/** As many charts as a window of 1280 x 800 has. */
export const MOST_HIGHLIGHTS = 9;
/** Tags that are one value at the end of a run, and no curves. */
const NOT_CURVES = /^hparam\//u;

/** Any of the words, between characters that are not of words. */
const ANY = new RegExp(`(?<![a-z0-9])(?:${WORDS.flat().join("|")})(?![a-z0-9])`, "iu");

const rankOf = new Map(WORDS.flatMap((words, rank) => words.map((word) => [word, rank] as const)));

/** The highlights of some names, the first ones first; `isFamily` tells those that are shown in one row with others. */
export function highlightsOf(names: readonly string[], isFamily: (name: string) => boolean): string[] {
  const found: { name: string; rank: number; depth: number; place: number }[] = [];
  for (const [place, name] of names.entries()) {
    if (isFamily(name) || !ANY.test(name) || NOT_CURVES.test(name)) continue;
    const words = name.toLowerCase().match(/[a-z0-9]+/gu) ?? [];
    const rank = Math.min(...words.map((word) => rankOf.get(word) ?? WORDS.length));
    found.push({ name, rank, depth: name.split("/").length, place });
  }
  found.sort((one, other) => one.rank - other.rank || one.depth - other.depth || one.place - other.place);
  return found.slice(0, MOST_HIGHLIGHTS).map(({ name }) => name);
}
