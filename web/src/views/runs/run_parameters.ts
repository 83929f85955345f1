/** Hyper-parameters over the runs of a log: which differ, and which are the same in all. */

import type { RunRow } from "../../api/runs";

export interface Parameter {
  name: string;
  column: string;
}

export interface Parameters {
  /** In the order in which they were recorded. */
  varied: readonly Parameter[];
  /** Those that every run has, with the one value. */
  constant: readonly (Parameter & { value: unknown })[];
}

/** A parameter that some runs don't have differs between runs. */
export function parametersOf(rows: readonly RunRow[]): Parameters {
  const having = rows.filter(({ hparams }) => Object.keys(hparams).length > 0);
  const counts = new Map<string, number>();
  const firsts = new Map<string, string>();
  const differing = new Set<string>();
  for (const { hparams } of having)
    for (const [name, value] of Object.entries(hparams)) {
      const text = JSON.stringify(value);
      const first = firsts.get(name);
      if (first === undefined) firsts.set(name, text);
      else if (first !== text) differing.add(name);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  const isVaried = (name: string): boolean => differing.has(name) || counts.get(name) !== having.length;
  const parameter = (name: string): Parameter => ({ name, column: `hparam:${name}` });
  const names = [...counts.keys()];
  return {
    varied: names.filter(isVaried).map(parameter),
    constant: names
      .filter((name) => !isVaried(name))
      .map((name) => ({ ...parameter(name), value: JSON.parse(firsts.get(name) ?? "null") })),
  };
}
