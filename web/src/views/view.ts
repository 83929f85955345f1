/**
 * A view: one entry in the registry, which the tab bar knows from the start, and a folder whose code is loaded
 * when the view is first opened.
 */

import type { ComponentType } from "preact";
import type { KindView } from "../state/page";

/** A key of the whole page while the view is on screen. */
export interface Key {
  /** As `KeyboardEvent.key` has it. */
  key: string;
  what: string;
  run(): void;
}

export type HelpRow = readonly [name: string, what: string];

export interface HelpSection {
  title: string;
  rows: readonly HelpRow[];
}

/** The empty state, where the log has nothing for the view: the data's name, and a line of Python that makes it. */
export interface Empty {
  /** As "scalars" in "No scalars in ./log yet." */
  what: string;
  /** A sentence: how the data would be shown here. */
  promise: string;
  line: string;
}

export interface TimelineProps {
  /** The kinds that lie on the timeline, those of the view itself among them. */
  kinds: readonly KindView[];
  /** The name of the view that it belongs to. */
  view: string;
}

/** A view whose code has been loaded. */
export interface View {
  /** Above the content, whether there is data or not. */
  Toolbar?: ComponentType;
  /** Below the toolbar, where the log has data of the kinds that lie on it. */
  Timeline?: ComponentType<TimelineProps>;
  Content: ComponentType;
  /** At the right of the content. */
  Details?: ComponentType;
  keys: readonly Key[];
  help: readonly HelpSection[];
  empty?: Empty;
  /** Escape: undo one thing of the view; false where there is nothing to undo. */
  stepBack?(): boolean;
  /** Names of tags in the view's part of the link that the log does not have. */
  missingTags?(): readonly string[];
}

export interface ViewEntry {
  /** In links: `view=` and this; never changed. */
  name: string;
  /** In the tab bar. */
  title: string;
  /** The kinds of data that the view shows; none for a view that shows the log itself. */
  kinds: readonly string[];
  /** Kinds that it reads beside them, and that are nothing to look at by themselves. */
  alsoReads?: readonly string[];
  /** Whether its data lie on no steps, and are about subjects by the paths of modules: not by their tags. */
  isOfModules?: boolean;
  /** Whether the view is the list of runs at full width: then none stands beside it. */
  hasRunList?: boolean;
  /** Whether the view is that of findings, so that its tab counts them. */
  listsFindings?: boolean;
  /** The parameters of the link that the view owns: they are kept while its code is not loaded. */
  parameters: readonly string[];
  load(): Promise<View>;
}
