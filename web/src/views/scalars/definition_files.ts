/** The user's own charts as a file, and back: JSON, a list of definitions as they stand in a link. */

import { save } from "../../kit/download";
import { reasonOf } from "../../kit/reason";
import { type ChartDefinition, decodeDefinition, encodeDefinition, freeTitle } from "./chart_definitions";
import { changeCharts, chartFields } from "./chart_link";

export function saveDefinitions(): void {
  const definitions = chartFields.definitions.map((definition) => JSON.parse(encodeDefinition(definition)));
  save(
    new Blob([`${JSON.stringify(definitions, null, 2)}\n`], { type: "application/json" }),
    "cutaway-charts.json",
  );
}

/** The definitions of a file's text; throws an Error that names the accepted content. */
export function parseDefinitions(text: string): ChartDefinition[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("The file is not JSON.");
  }
  const definitions = Array.isArray(value) ? value.map((item) => decodeDefinition(JSON.stringify(item))) : [];
  const found = definitions.filter((definition) => definition !== null);
  if (found.length === 0) throw new Error("The file has no charts: it should be one that was saved here.");
  return found;
}

/** Add the definitions of a file that was chosen to those there are; of the same title and content there is one. */
export async function readDefinitions(field: HTMLInputElement): Promise<void> {
  const file = field.files?.[0];
  if (file === undefined) return;
  try {
    const definitions = [...chartFields.definitions];
    const known = new Set(definitions.map(encodeDefinition));
    for (const definition of parseDefinitions(await file.text())) {
      if (!known.has(encodeDefinition(definition)))
        definitions.push({ ...definition, title: freeTitle(definition.title, definitions) });
    }
    field.setCustomValidity("");
    changeCharts({ definitions });
  } catch (error) {
    field.setCustomValidity(reasonOf(error));
    field.reportValidity();
  }
  // So that the same file can be chosen again.
  field.value = "";
}
