/** Which view is on screen: `view=` in the link. A name that no view has is that of the first view. */

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
