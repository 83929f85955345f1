/**
 * What runs are grouped by: columns, directories, captures of their names. A key is a text, as it stands in a link:
 * `hparam:lr`, `state`, `directory`, `/seed=(\d+)/`. `all-but-seed` stands for every hyper-parameter that tells
 * configurations apart, which is known when the table of runs is.
 */

import type { RunRow } from "../api/runs";

export const ALL_BUT_SEED = "all-but-seed";
export const DIRECTORY = "directory";

/** Words for what is repeated of one configuration, alone or as parts of a name: `seed`, `random_state`, `cv_fold`. */
const REPEATED =
  /seed|random[_. -]?state|(?:^|[^a-z])(?:rng|trial|repeat|repetition|replicate|fold)s?(?:$|[^a-z])/iu;

export function isCapture(key: string): boolean {
  return key.startsWith("/");
}

/** Whether the groups can be told without the table of runs. */
export function isOfNames(key: string): boolean {
  return key === DIRECTORY || isCapture(key);
}

/**
 * The columns of the hyper-parameters that differ between runs, without seeds and their like, and without texts that are
 * other ones in every run, which name the run and say nothing of its configuration.
 */
export function allButSeed(rows: readonly RunRow[]): string[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row.hparams)));
  return [...names]
    .filter((name) => {
      const values = rows.map((row) => (Object.hasOwn(row.hparams, name) ? row.hparams[name] : null));
      const different = new Set(values.map((value) => JSON.stringify(value))).size;
      const isName = rows.length > 2 && different === rows.length && values.every(isText);
      return different > 1 && !isName && !REPEATED.test(name);
    })
    .map((name) => `hparam:${name}`);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && (value === "" || Number.isNaN(Number(value)));
}
