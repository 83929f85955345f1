import { render } from "preact";
import { App } from "./app/app";
import { startLive } from "./app/live";
import { startPreferences } from "./app/preferences";
import { startRunTable } from "./app/run_table";
import { startUrlState } from "./app/state";
import "uplot/dist/uPlot.min.css";
import "./style/theme.css";
import "./style/shell.css";
import "./style/charts.css";

startPreferences();
startUrlState();
startLive();
startRunTable();
render(<App />, document.getElementById("app") as HTMLElement);
