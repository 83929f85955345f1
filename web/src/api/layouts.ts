/** Layouts that logs bring, of TensorBoard's custom scalars: `GET ./api/layouts` (docs/http-api.md, "Layouts"). */

import type { Plan } from "../app/plans";
import { request } from "./request";

export interface Category {
  title: string;
  /** Whether it is folded at first. */
  closed: boolean;
  charts: Plan[];
}

interface Described {
  categories: {
    title: string;
    closed: boolean;
    charts: { title: string; tags: string[]; margins: [string, string, string][] }[];
  }[];
}

export async function fetchLayouts(): Promise<Category[]> {
  const response = await request("./api/layouts", { cache: "no-cache" });
  const { categories } = (await response.json()) as Described;
  return categories.map(({ title, closed, charts }) => ({
    title,
    closed,
    charts: charts.map((chart) => ({
      title: chart.title,
      tags: [],
      patterns: chart.tags,
      margins: chart.margins,
      x: null,
    })),
  }));
}
