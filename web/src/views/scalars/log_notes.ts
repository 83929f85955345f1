/** What logs say about how they are to be looked at, fetched when there may be something new: layouts, descriptions. */

import { computed, effect } from "@preact/signals";
import { fetchDescriptions } from "../../api/descriptions";
import { fetchLayouts } from "../../api/layouts";
import { catalogue, connection, scalarTags } from "../../state/server";
import { descriptions, layouts } from "./charts_of_log";

/** How many layouts there are, of all runs. */
const layoutCount = computed(() =>
  (catalogue.value?.not_shown ?? [])
    .filter(({ kind }) => kind === "custom_scalars")
    .reduce((sum, { records }) => sum + records, 0),
);
const tagCount = computed(() => scalarTags.value.length);

// A server that is gone is said elsewhere; the next connection asks again.
const ignore = (): void => {};

export function startLogNotes(): void {
  effect(() => {
    if (connection.value === 0 || layoutCount.value === 0) return;
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
