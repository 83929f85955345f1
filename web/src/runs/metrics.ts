/** What the name of a scalar says of it: whether less or more of it is better, and which scalar of a log says most. */

import { compareNatural } from "../kit/natural_order";

/** Whether less is better, or more. */
export type Sense = "down" | "up";

const LOSSES = ["loss", "losses"];
const ACCURACIES = ["acc", "accuracy"];
const REWARDS = ["reward", "rewards", "rew", "return", "returns"];
const PERPLEXITIES = ["ppl", "perplexity"];
const DOWN: ReadonlySet<string> = new Set([
  ...[...LOSSES, ...PERPLEXITIES, "error", "errors", "err", "nll", "mse", "rmse", "mae", "mape"],
  ...["wer", "cer", "fid", "bpb", "bpc", "regret"],
]);
const UP: ReadonlySet<string> = new Set([
  ...[...ACCURACIES, ...REWARDS, "score", "scores", "f1", "auc", "auroc", "ap", "map", "bleu", "rouge"],
  ...["precision", "recall", "iou", "miou", "dice", "psnr", "ssim", "success", "top1", "top5"],
]);
const VALIDATION: ReadonlySet<string> = new Set([
  ...["val", "valid", "validation", "eval", "evaluation", "dev", "test"],
]);

/** The words of a name: "train/topK_accuracy" is of train, top, k and accuracy. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/gu, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/u);
}

/** Which is better by a scalar's name, by the last of its words that says it; null where none does. */
export function senseOf(name: string): Sense | null {
  const word = wordsOf(name).findLast((each) => DOWN.has(each) || UP.has(each));
  return word === undefined ? null : DOWN.has(word) ? "down" : "up";
}

/** What is looked for, first to last; whether it has to be of a validation. */
const ORDER: readonly (readonly [readonly string[], boolean])[] = [
  [LOSSES, true],
  [ACCURACIES, true],
  [REWARDS, false],
  [LOSSES, false],
  [ACCURACIES, false],
  [PERPLEXITIES, false],
];

/** Any of what is looked for, within a word or not: most names of a log have nothing of it. */
const ANY = new RegExp(ORDER.flatMap(([words]) => words).join("|"), "iu");

/** The scalar of a log that says most of a run: the first in the order above, then the shortest; null without any. */
export function keyMetric(names: readonly string[]): string | null {
  const worded = names.filter((name) => ANY.test(name)).map((name) => ({ name, words: wordsOf(name) }));
  for (const [wanted, ofValidation] of ORDER) {
    const found = worded.filter(
      ({ words }) =>
        words.some((word) => wanted.includes(word)) &&
        (!ofValidation || words.some((word) => VALIDATION.has(word))),
    );
    if (found.length === 0) continue;
    found.sort((one, other) => one.words.length - other.words.length || compareNatural(one.name, other.name));
    return found[0].name;
  }
  return null;
}
