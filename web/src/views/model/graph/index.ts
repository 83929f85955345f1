export { GraphDrawing } from "./graph_drawing";
