/** Layouts and descriptions in logs, fetched when there may be new ones. */

import { computed, effect } from "@preact/signals";
import { fetchDescriptions } from "../../api/descriptions";
import { fetchLayouts } from "../../api/layouts";
import { catalogue, connection, scalarTags } from "../../state/server";
import { descriptions, layouts } from "./charts_of_log";

/** Which runs have layouts, and since when they have been as they are: the same while no layout changes. */
const layoutsKey = computed(() =>
  (catalogue.value?.runs ?? [])
    .filter((run) => run.kinds.custom_scalars !== undefined)
    .map((run) => `${run.id}:${run.kinds.custom_scalars}`)
    .join(),
);
const tagCount = computed(() => scalarTags.value.length);

// A server that is gone is said elsewhere; the next connection asks again.
const ignore = (): void => {};

export function startLogNotes(): void {
  effect(() => {
    if (connection.value === 0 || layoutsKey.value === "") return;
    fetchLayouts().then((fetched) => {
      layouts.value = fetched;
    }, ignore);
  });
  effect(() => {
    if (connection.value === 0 || tagCount.value === 0) return;
    fetchDescriptions().then((fetched) => {
      descriptions.value = fetched;
    }, ignore);
  });
}
