/** Colours of a graph's drawing: those of the page's frame, and quiet ones for what groups are filled with. */

import type { Theme } from "../../kit/colour";

export interface GraphColours {
  ground: string;
  /** What closed boxes are filled with: nodes, groups, and what goes into the model and comes out of it. */
  node: string;
  group: string;
  given: string;
  /** What opened groups are filled with, in turn from the outermost on. */
  frames: readonly [string, string];
  border: string;
  frameBorder: string;
  edge: string;
  text: string;
  quiet: string;
  accent: string;
  found: string;
  error: string;
}

export const GRAPH_COLOURS: Record<Theme, GraphColours> = {
  light: {
    ground: "#ffffff",
    node: "#ffffff",
    group: "#e9edf3",
    given: "#e3f0fa",
    frames: ["#f6f7f8", "#ffffff"],
    border: "#8b939f",
    frameBorder: "#b9c0ca",
    edge: "#8b939f",
    text: "#1c2026",
    quiet: "#5c636e",
    accent: "#0b62b0",
    found: "#c77700",
    error: "#b3261e",
  },
  dark: {
    ground: "#16181c",
    node: "#16181c",
    group: "#2b313a",
    given: "#17304a",
    frames: ["#1e2126", "#16181c"],
    border: "#6b7480",
    frameBorder: "#4a515c",
    edge: "#7b8491",
    text: "#e4e7eb",
    quiet: "#9aa3af",
    accent: "#6cb2f5",
    found: "#f0b54a",
    error: "#ff8f87",
  },
};
