/** Lays groups out in a thread of its own: what it has laid out is kept here, and copied to who asks. */

import type { LayoutAnswer, LayoutRequest } from "./layout_requests";
import { NestedLayouts } from "./nested";

const layouts = new NestedLayouts();

self.onmessage = ({ data: { version, groups } }: MessageEvent<LayoutRequest>) => {
  const answer: LayoutAnswer = { version, layouts: layouts.of(groups) };
  postMessage(answer);
};
