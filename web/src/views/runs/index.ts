/** The runs view: what runs were made with, beside what came of it. */

import type { View } from "../view";
import { RunsView } from "./runs_view";
import { Toolbar } from "./toolbar";
import "./runs_view.css";

export const view: View = { Toolbar, Content: RunsView, keys: [], help: [] };
