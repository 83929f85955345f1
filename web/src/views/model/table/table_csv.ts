/** All groups of a graph with all of their columns, as CSV: numbers in full. */

import type { ModelOutline } from "../../../api/model";
import { toCsv } from "../../../kit/download";
import type { Column } from "./columns";

export function tableCsv(outline: ModelOutline, columns: readonly Column[]): string {
  const { parent, name } = outline.groups;
  const depth: number[] = [];
  parent.forEach((above, group) => {
    depth[group] = above < 0 ? 0 : depth[above] + 1;
  });
  const source = { outline };
  const titles = columns.map((column) => column.name);
  const rows = inOrder(parent).map((group) => [
    depth[group],
    name[group],
    ...columns.map((column) => (column.isNumber ? column.rank(source, group) : column.text(source, group))),
  ]);
  return toCsv([["depth", "name", ...titles], ...rows]);
}

/** Groups, each before those below it. */
function inOrder(parents: readonly number[]): number[] {
  const below: number[][] = parents.map(() => []);
  parents.forEach((parent, group) => {
    if (parent >= 0) below[parent].push(group);
  });
  const order: number[] = [];
  const waiting = parents.length > 0 ? [0] : [];
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    order.push(group);
    waiting.push(...below[group].toReversed());
  }
  return order;
}
