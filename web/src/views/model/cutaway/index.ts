/** The model as nested boxes by cost. */

export { CutawayDrawing } from "./cutaway_drawing";
