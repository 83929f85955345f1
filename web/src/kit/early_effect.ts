/** Effects that begin before a frame is drawn rather than after it: what they ask for is under way a frame earlier. */

import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** As `useSignalEffect`. */
export function useEarlySignalEffect(run: () => void): void {
  const newest = useRef(run);
  newest.current = run;
  useLayoutEffect(() => effect(() => newest.current()), []);
}
