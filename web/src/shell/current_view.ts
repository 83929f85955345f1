/** The view that is on screen: its code is loaded when it is first opened, and until then the view before it stays. */

import { computed, effect, signal } from "@preact/signals";
import { reasonOf } from "../kit/reason";
import { kindViews, pageFields } from "../state/page";
import { catalogue, connection } from "../state/server";
import { entryNamed } from "../views/registry";
import type { View, ViewEntry } from "../views/view";
import { SHOWN_KINDS } from "./kinds_on_steps";

/** The view that the link names. */
export const chosenEntry = computed<ViewEntry>(() => entryNamed(pageFields.page));

/** The kinds of data that the log has. */
const kindsThere = computed(() => new Set(catalogue.value?.tags.map((tag) => tag.kind)));

/** Whether the log has something for the view. */
export function hasData({ kinds }: ViewEntry): boolean {
  return kinds.length === 0 || kinds.some((kind) => kindsThere.value.has(kind));
}

const loaded = new Map<string, View>();
/** The view that can be drawn; null until the first one is there. */
export const shownView = signal<{ entry: ViewEntry; view: View } | null>(null);
/** The view whose code was asked for last and did not come. */
const failure = signal<{ entry: ViewEntry; reason: string } | null>(null);
/** Why the chosen view cannot be loaded; null where it can. */
export const loadError = computed<string | null>(() =>
  failure.value?.entry === chosenEntry.value ? failure.value.reason : null,
);

/** Whether there are runs, or a log directory that has been looked through: else the page says what it waits for. */
export const isLogKnown = computed(() => {
  const known = catalogue.value;
  return known !== null && (known.runs.length > 0 || known.logdir.state === "ready");
});

/** Whether the list of runs is on screen as the view itself: then none stands beside it. */
export const isListInView = computed(() => isLogKnown.value && shownView.value?.entry.hasRunList === true);

async function show(entry: ViewEntry): Promise<void> {
  try {
    const view = loaded.get(entry.name) ?? (await entry.load());
    loaded.set(entry.name, view);
    if (chosenEntry.peek() !== entry) return;
    failure.value = null;
    shownView.value = { entry, view };
  } catch (error) {
    // The browser's own words have the address of the code, with the token in it.
    const reason = error instanceof TypeError ? "Its code did not come." : reasonOf(error);
    if (chosenEntry.peek() === entry) failure.value = { entry, reason };
  }
}

export function startViews(): void {
  kindViews.value = SHOWN_KINDS;
  effect(() => {
    // A server that has come back has the code again.
    void connection.value;
    void show(chosenEntry.value);
  });
}
