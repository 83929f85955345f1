/**
 * The paths of modules that the models of a log have: they tell which dots in tags split subjects. They are asked for when
 * the page has been at rest for a moment, so that nothing waits for them; without them subjects are by tags alone.
 */

import { computed, effect, signal } from "@preact/signals";
import { readOutlinePaths } from "./outline_paths";
import { catalogue, connection } from "./server";

/** Of traces: graphs of other kinds name operations, and no modules. */
const KIND = "cutaway_model";
/** Milliseconds. */
const REST = 1500;

/** Sorted, each once; empty until they are known. */
export const modulePaths = signal<readonly string[]>([]);

/** Changes where models are recorded; empty without any. */
const recorded = computed(() =>
  (catalogue.value?.runs ?? [])
    .filter(({ kinds }) => KIND in kinds)
    .map(({ id, kinds }) => `${id} ${kinds[KIND]}`)
    .join("\n"),
);

/** Ends with what is returned. */
export function startModulePaths(): () => void {
  let asked = 0;
  return effect(() => {
    void connection.value;
    if (recorded.value === "") return undefined;
    const timer = setTimeout(async () => {
      const own = ++asked;
      try {
        const paths = [...(await readOutlinePaths(({ source }) => source === "trace"))].sort();
        const isSame = paths.join("\n") === modulePaths.peek().join("\n");
        if (own === asked && !isSame) modulePaths.value = paths;
      } catch {
        // Subjects stay as they are; a server that is gone is said elsewhere.
      }
    }, REST);
    return () => clearTimeout(timer);
  });
}
