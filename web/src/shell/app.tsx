/** The page: top bar, runs at the left, the view at the right. */

import { useEffect } from "preact/hooks";
import { WidthHandle } from "../kit/width_handle";
import { RunList } from "../runs/run_list";
import { listShown, NARROWEST, setSidebarWidth, sidebarWidth, WIDEST } from "../state/preferences";
import { catalogue, viewed } from "../state/state";
import { FilesView } from "../views/files/files_view";
import { Details } from "../views/scalars/details";
import { ScalarsView } from "../views/scalars/scalars_view";
import { EmptyState } from "./empty_state";
import { Help } from "./help";
import { onKey } from "./keyboard";
import { Banner, TopBar } from "./top_bar";

/** A press beside an open menu closes it. */
function closeMenus(event: PointerEvent): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(
    "details.menu[open], details.notice[open]",
  ))
    if (!menu.contains(event.target as Node)) menu.open = false;
}

export function App() {
  useEffect(() => {
    addEventListener("keydown", onKey);
    addEventListener("pointerdown", closeMenus);
    return () => {
      removeEventListener("keydown", onKey);
      removeEventListener("pointerdown", closeMenus);
    };
  }, []);
  const known = catalogue.value;
  const isReady = known !== null && (known.runs.length > 0 || known.logdir.state === "ready");
  return (
    <div class="page">
      <TopBar />
      <Banner />
      <div class="columns">
        {listShown.value === "yes" && (
          <aside class="sidebar" style={{ width: `${sidebarWidth.value}px` }} aria-label="Runs">
            <RunList />
            <WidthHandle
              class="width-handle"
              label="Width of the run list"
              width={sidebarWidth.value}
              narrowest={NARROWEST}
              widest={WIDEST}
              side="right"
              setWidth={setSidebarWidth}
            />
          </aside>
        )}
        <main class="content">
          {!isReady ? <EmptyState /> : viewed.page === "files" ? <FilesView /> : <ScalarsView />}
        </main>
        {viewed.page === "scalars" && <Details />}
      </div>
      <Help />
    </div>
  );
}
