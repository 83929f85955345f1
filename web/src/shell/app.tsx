/** The page: top bar, runs at the left, the view at the right. */

import { useEffect } from "preact/hooks";
import { WidthHandle } from "../kit/width_handle";
import { RunList } from "../runs/run_list";
import { closeDrawer, isListShown, isNarrow } from "../state/narrow";
import { NARROWEST, setSidebarWidth, sidebarWidth, WIDEST } from "../state/preferences";
import { chosenEntry, hasData, isListInView, isLogKnown, loadError, shownView } from "./current_view";
import { EmptyState } from "./empty_state";
import { Help } from "./help";
import { onKey } from "./keyboard";
import { hasTimeline, KINDS_ON_STEPS } from "./kinds_on_steps";
import { closeMenus, placeMenu } from "./menus";
import { NothingYet } from "./nothing_yet";
import { SkipLinks } from "./skip_links";
import { Banner, TopBar } from "./top_bar";

/** The view's toolbar, and below it the view, or how to get data for it. */
export function CurrentView() {
  if (loadError.value !== null) return <NotLoaded />;
  if (shownView.value === null) return null;
  const { entry, view } = shownView.value;
  const { Toolbar, Content, empty, Timeline } = view;
  return (
    <>
      {Toolbar !== undefined && <Toolbar />}
      {Timeline !== undefined && hasTimeline.value && <Timeline kinds={KINDS_ON_STEPS} view={entry.name} />}
      {!hasData(entry) && empty !== undefined ? <NothingYet {...empty} /> : <Content />}
    </>
  );
}

/** The server is gone, or another version of the page has replaced its files. */
function NotLoaded() {
  return (
    <div class="empty-state" role="alert">
      <h1>The {chosenEntry.value.title} view could not be loaded.</h1>
      <p>{loadError.value} Everything else goes on; load the page again when the server answers.</p>
    </div>
  );
}

export function App() {
  useEffect(() => {
    addEventListener("keydown", onKey);
    addEventListener("pointerdown", closeMenus);
    // The event does not bubble.
    addEventListener("toggle", placeMenu, { capture: true });
    return () => {
      removeEventListener("keydown", onKey);
      removeEventListener("pointerdown", closeMenus);
      removeEventListener("toggle", placeMenu, { capture: true });
    };
  }, []);
  const isReady = isLogKnown.value;
  const Details = shownView.value?.view.Details;
  const isListBeside = isListShown.value && !isListInView.value;
  return (
    <div class="page">
      <SkipLinks />
      <TopBar />
      <Banner />
      <div class="columns">
        {isListBeside && isNarrow.value && (
          <button
            type="button"
            class="scrim"
            data-testid="scrim"
            aria-label="Close the list of runs"
            onClick={closeDrawer}
          />
        )}
        {isListBeside && (
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
        <main class="content">{isReady ? <CurrentView /> : <EmptyState />}</main>
        {isReady && Details !== undefined && <Details />}
      </div>
      <Help />
    </div>
  );
}
