/** Layouts that logs bring, of TensorBoard's custom scalars: `GET ./api/layouts` (docs/http-api.md, "Layouts"). */

import { request } from "./request";

export interface LayoutChart {
  title: string;
  /** Regular expressions, matched at the start of a tag. */
  tags: string[];
  /** A line, and the bounds of the band about it. */
  margins: [value: string, lower: string, upper: string][];
}

export interface Category {
  title: string;
  /** Whether it is folded at first. */
  closed: boolean;
  charts: LayoutChart[];
}

export async function fetchLayouts(): Promise<Category[]> {
  const response = await request("./api/layouts", { cache: "no-cache" });
  return ((await response.json()) as { categories: Category[] }).categories;
}
