/** The files view: the event files of the log directory. */

import type { View } from "../view";
import { FilesView } from "./files_view";
import "./files.css";

export const view: View = { Content: FilesView, keys: [], help: [] };
