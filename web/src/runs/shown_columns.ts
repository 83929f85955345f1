/** The columns of the list: those that the user chose, else the key metric's last and best, and the step. */

import { computed } from "@preact/signals";
import { scalarTags } from "../state/server";
import { keyMetric } from "./metrics";
import { runsFields } from "./runs_link";

const defaultColumns = computed<readonly string[]>(() => {
  const key = keyMetric(scalarTags.value.map(({ name }) => name));
  return key === null ? ["step"] : [`last:${key}`, `best:${key}`, "step"];
});

export const shownColumns = computed<readonly string[]>(() => runsFields.columns ?? defaultColumns.value);
