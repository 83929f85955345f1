/** Which view is on screen: `view=` in the link. A name that no view has is that of the first view. */

import { computed, signal } from "@preact/signals";
import { slice } from "./link";

interface PageState {
  /** The view's name; empty for the first view. */
  page: string;
}

export const { fields: pageFields, change: changePage } = slice<PageState>({
  parameters: ["view"],
  encode: ({ page }, parameters) => {
    if (page !== "") parameters.set("view", page);
  },
  decode: (parameters) => ({ page: parameters.get("view") ?? "" }),
  steps: ["page"],
});

/** The name of a kind of data, and the view that shows it. */
export interface KindView {
  kind: string;
  title: string;
  view: string;
  /** Of a view of modules: all kinds in which they are recorded. */
  kindsOfModules?: readonly string[];
}

/** The kinds of data that are shown, in the order of their views. */
export const kindViews = signal<readonly KindView[]>([]);

/** The name of the view on screen, where it is one of data. */
export const currentView = computed(() => pageFields.page || (kindViews.value[0]?.view ?? ""));
