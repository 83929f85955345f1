/**
 * When charts are drawn: in the next frames, a few at a time, so that many charts never hold the page up. Charts that
 * the user looks at go first; a chart that is to be drawn twice is drawn once, as it was asked for last.
 */

/** Milliseconds of a frame for drawing; one chart is drawn in any case. */
const BUDGET = 10;
/** Charts of a frame: drawings become pixels at the frame's end, which takes the browser longer still. */
const MOST_CHARTS = 2;

const waiting = new Map<object, () => void>();
let isScheduled = false;

/** Draw in one of the next frames. `owner` is whose drawing it is; null as `draw` takes it back. */
export function drawSoon(owner: object, draw: (() => void) | null, isUrgent = false): void {
  if (draw === null) {
    waiting.delete(owner);
    return;
  }
  const others = isUrgent ? [...waiting].filter(([other]) => other !== owner) : [];
  if (isUrgent) waiting.clear();
  waiting.set(owner, draw);
  for (const [other, its] of others) waiting.set(other, its);
  schedule();
}

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => void drawSome());
}

async function drawSome(): Promise<void> {
  const start = performance.now();
  let drawn = 0;
  for (const [owner, draw] of waiting) {
    waiting.delete(owner);
    draw();
    // uPlot draws when the calls to it have ended.
    await null;
    drawn++;
    if (drawn >= MOST_CHARTS || performance.now() - start > BUDGET) break;
  }
  isScheduled = false;
  if (waiting.size > 0) schedule();
}
