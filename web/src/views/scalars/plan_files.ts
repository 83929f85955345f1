/** The user's own charts as a file, and back: JSON, a list of plans as they stand in a link. */

import { save } from "../../kit/download";
import { changeCharts, chartFields } from "./chart_link";
import { decodePlan, encodePlan, freeTitle, type Plan } from "./plans";

export function savePlans(): void {
  const plans = chartFields.plans.map((plan) => JSON.parse(encodePlan(plan)));
  save(
    new Blob([`${JSON.stringify(plans, null, 2)}\n`], { type: "application/json" }),
    "cutaway-charts.json",
  );
}

/** The plans of a file's text; throws an Error that says what it should be. */
export function parsePlans(text: string): Plan[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("The file is not JSON.");
  }
  const plans = Array.isArray(value) ? value.map((item) => decodePlan(JSON.stringify(item))) : [];
  const found = plans.filter((plan) => plan !== null);
  if (found.length === 0) throw new Error("The file has no charts: it should be one that was saved here.");
  return found;
}

/** Add the plans of a file that was chosen to those there are; of the same title and content there is one. */
export async function readPlans(field: HTMLInputElement): Promise<void> {
  const file = field.files?.[0];
  if (file === undefined) return;
  try {
    const plans = [...chartFields.plans];
    const known = new Set(plans.map(encodePlan));
    for (const plan of parsePlans(await file.text())) {
      if (!known.has(encodePlan(plan))) plans.push({ ...plan, title: freeTitle(plan.title, plans) });
    }
    field.setCustomValidity("");
    changeCharts({ plans });
  } catch (error) {
    field.setCustomValidity(error instanceof Error ? error.message : String(error));
    field.reportValidity();
  }
  // So that the same file can be chosen again.
  field.value = "";
}
