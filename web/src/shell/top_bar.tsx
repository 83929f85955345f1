/** Name, views, progress, live state and theme; and below it, when there is trouble, a banner about it. */

import { useSignal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { formatBytes, formatCount, formatTime } from "../kit/format";
import { allAlarm } from "../state/findings";
import { openPage } from "../state/going";
import { connectNow } from "../state/live";
import { isListShown, switchList } from "../state/narrow";
import { isPaused, switchTheme, theme } from "../state/preferences";
import { catalogue, goneSince, type LiveState, liveState } from "../state/server";
import { VIEWS } from "../views/registry";
import { chosenEntry, hasData, isListInView } from "./current_view";
import { isHelpShown } from "./help_state";
import { LastPoint } from "./last_point";
import { Notices } from "./notices";

const LIVE_WORDS: Record<LiveState, [string, string]> = {
  connecting: ["connecting", "Opening the stream of changes"],
  live: ["live", "New points appear as they are written"],
  paused: ["paused", "Nothing changes until you click here to go on"],
  reconnecting: ["reconnecting", "The stream of changes broke; it is opened again"],
  unauthorised: ["not connected", "The server does not accept this address"],
};

function Progress() {
  const loading = catalogue.value?.loading;
  if (loading === undefined || loading.done) return null;
  const { bytes, bytes_read, points } = loading;
  const read = `${formatBytes(bytes_read)} of ${formatBytes(bytes)} read`;
  const counted = `${formatCount(points)} points`;
  return (
    <span class="progress" role="status" title={bytes === 0 ? "" : `${read} · ${counted}`}>
      <progress max={Math.max(1, bytes)} value={bytes_read} aria-label="Reading event files" />
      {bytes === 0 ? (
        <span class="progress-words">looking for event files</span>
      ) : (
        <>
          <span class="progress-share">{Math.floor((100 * bytes_read) / bytes)} %</span>
          <span class="progress-words">{read}</span>
          <span class="progress-points">· {counted}</span>
        </>
      )}
    </span>
  );
}

/** The address of a page, with the token in it or without. */
export function linkTo(address: string, hasToken: boolean): string {
  const url = new URL(address);
  if (!hasToken) url.pathname = url.pathname.replace(/[0-9a-f]{32}\/?$/u, "");
  return url.href;
}

/** The address of the things on screen, for others: without the token, unless it is asked for. */
function LinkMenu() {
  const said = useSignal("");
  const copy = async (hasToken: boolean): Promise<void> => {
    try {
      await navigator.clipboard.writeText(linkTo(location.href, hasToken));
      said.value = "copied";
    } catch {
      said.value = "the browser does not allow it";
    }
  };
  return (
    <details
      class="menu"
      name="chart-menu"
      data-testid="link-menu"
      onToggle={() => {
        said.value = "";
      }}
    >
      <summary aria-label="Copy a link to this view" title="Copy a link to what is on screen">
        link
      </summary>
      <div class="menu-body">
        <button type="button" onClick={() => void copy(false)}>
          Copy link without the token
        </button>
        <button
          type="button"
          title="Anyone who has it can read the log directory as long as the server runs"
          onClick={() => void copy(true)}
        >
          Copy link with the token
        </button>
        {said.value !== "" && <span class="quiet">{said.value}</span>}
      </div>
    </details>
  );
}

/** How many errors and warnings the rules find in all runs. */
function TabAlarm() {
  const alarm = allAlarm.value;
  if (alarm === null) return null;
  return (
    <span class={`tab-alarm${alarm.isError ? " is-error" : ""}`} data-testid="tab-alarm">
      {formatCount(alarm.count)}
    </span>
  );
}

/** Of the tabs of a narrow window some are out of sight: not the current one, also when a notice takes their room. */
function ViewTabs() {
  const tabs = useRef<HTMLElement>(null);
  const current = chosenEntry.value;
  useLayoutEffect(() => {
    const bringIntoSight = (): void =>
      tabs.current
        ?.querySelector("[aria-current=page]")
        ?.scrollIntoView({ block: "nearest", inline: "nearest" });
    // It tells of the first size too, once the page has been laid out: asked for here, the layout would be made for it alone.
    const observer = new ResizeObserver(bringIntoSight);
    observer.observe(tabs.current as HTMLElement);
    return () => observer.disconnect();
  }, [current]);
  return (
    <nav ref={tabs} aria-label="Views">
      {VIEWS.map((entry, i) => (
        <button
          key={entry.name}
          type="button"
          class={hasData(entry) ? "tab" : "tab is-empty"}
          data-testid={`view-${entry.name}`}
          aria-current={current === entry ? "page" : undefined}
          onClick={() => openPage(i === 0 ? "" : entry.name)}
        >
          {entry.title}
          {entry.listsFindings === true && <TabAlarm />}
        </button>
      ))}
    </nav>
  );
}

export function TopBar() {
  const [word, title] = LIVE_WORDS[liveState.value];
  const known = catalogue.value;
  return (
    <header class="top-bar">
      <button
        type="button"
        class="icon"
        data-testid="list-switch"
        disabled={isListInView.value}
        aria-expanded={isListShown.value}
        aria-label="List of runs"
        title={
          isListInView.value
            ? "This view is the list of runs"
            : `${isListShown.value ? "Hide" : "Show"} the list of runs (b)`
        }
        onClick={switchList}
      >
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <path d="M2 3h12v10H2zM6.5 3v10" fill="none" stroke="currentColor" stroke-width="1.4" />
        </svg>
      </button>
      <h1 class="brand" title={known === null ? "" : `Cutaway ${known.version}`}>
        <img src="./favicon.svg" alt="" width="16" height="16" />
        <span>Cutaway</span>
      </h1>
      <ViewTabs />
      {known !== null && (
        <span class="logdir" title={known.logdir.path}>
          <bdi dir="ltr">{known.logdir.path}</bdi>
        </span>
      )}
      <span class="space" />
      <Notices />
      <Progress />
      {known?.kernel === "pure" && (
        <span class="quiet" title="The native kernel is not installed: files are read by Python, more slowly">
          pure Python kernel
        </span>
      )}
      <span role="status">
        <button
          type="button"
          class="live"
          data-testid="live-state"
          data-state={liveState.value}
          title={`${title}. ${isPaused.value ? "" : "Click to pause."}`.trim()}
          aria-pressed={isPaused.value}
          onClick={() => {
            isPaused.value = !isPaused.value;
          }}
        >
          <span class="live-dot" aria-hidden="true" />
          <span class="live-word">{word}</span>
        </button>
      </span>
      <LastPoint />
      <LinkMenu />
      <button
        type="button"
        class="icon"
        aria-label="Show the keys"
        title="Keys (?)"
        onClick={() => {
          isHelpShown.value = true;
        }}
      >
        ?
      </button>
      <button
        type="button"
        class="icon"
        onClick={switchTheme}
        aria-label={theme.value === "dark" ? "Switch to the light theme" : "Switch to the dark theme"}
        title="Switch theme"
      >
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" />
          <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
        </svg>
      </button>
    </header>
  );
}

function Message({ kind, children }: { kind: "error" | "warning"; children: ComponentChild }) {
  return (
    <div class={`banner ${kind}`} role="alert" data-testid="banner">
      {children}
    </div>
  );
}

export function Banner() {
  if (liveState.value === "unauthorised") {
    return (
      <Message kind="error">
        The server does not accept this address. The right one was printed when <code>cutaway</code> started.
        {catalogue.value !== null && " What is on screen stays."}
      </Message>
    );
  }
  const known = catalogue.value;
  if (goneSince.value !== null) {
    return (
      <Message kind="warning">
        The server has not answered since {formatTime(goneSince.value / 1000).slice(11)}.
        {known !== null && " What is on screen stays, and goes on when the server is back."}{" "}
        <button type="button" onClick={connectNow}>
          Try now
        </button>
      </Message>
    );
  }
  if (known?.logdir.state === "unreadable") {
    return (
      <Message kind="error">
        {known.logdir.path} cannot be read: {known.logdir.detail}.
      </Message>
    );
  }
  return null;
}
