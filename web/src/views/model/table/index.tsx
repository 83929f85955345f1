/** The table of a model, and the same tree as a narrow outline beside a drawing. */

import { shownColumns } from "./columns";
import { TreeTable } from "./tree_table";
import "./table.css";

export function TableDrawing() {
  return <TreeTable label="Modules and operations" columns={shownColumns.value} />;
}

export function Outline() {
  return <TreeTable label="Outline of the model" columns={[]} />;
}
