/** The way from a subject to its data of other kinds, which other views show. */

import { batch } from "@preact/signals";
import { moduleSubjects, nearestModule } from "./module_subjects";
import { changePage, currentView, type KindView, kindViews } from "./page";
import { changePlace, type Place, placeFields } from "./place";
import { allTags } from "./server";
import { changeSubject, isEmptied, subjects } from "./subject";

/** A view that has data. */
export interface Destination extends KindView {
  /** What it has of the subject: the subject itself, or what is next above it; empty where it has nothing of it. */
  nearest: string;
}

function namesOf(kind: string): string[] {
  return allTags.value.flatMap((tag) => (tag.kind === kind ? [tag.name] : []));
}

/** What a view has of a subject; null where it has nothing at all. */
function nearestIn({ kind, kindsOfModules }: KindView, normal: string): string | null {
  if (kindsOfModules !== undefined) {
    const isThere = allTags.value.some((tag) => kindsOfModules.includes(tag.kind));
    return isThere ? nearestModule(normal, moduleSubjects.value) : null;
  }
  const names = namesOf(kind);
  return names.length === 0 ? null : subjects.value.nearest(normal, names);
}

/** The views that have data, in their order. */
export function destinationsOf(subject: string): Destination[] {
  const all = subjects.value;
  const normal = all.normal(subject);
  return kindViews.value.flatMap((each) => {
    const nearest = nearestIn(each, normal);
    return nearest === null ? [] : [{ ...each, nearest }];
  });
}

/** Open a view by its tab: what is typed into the filter holds there. */
export function openPage(page: string): void {
  batch(() => {
    changePage({ page });
    changeSubject({ isFilterOff: false });
  });
}

/** Open a view at a subject, in one step of the history. A place that is fixed stays. */
export function goTo(
  { kind, view, kindsOfModules }: KindView,
  subject: string,
  place: Place | null = null,
): void {
  batch(() => {
    changePage({ page: view === kindViews.peek()[0]?.view ? "" : view });
    // A filter that would leave nothing there is kept, and does not hold until the user says so.
    const isFilterOff = kindsOfModules === undefined && isEmptied(namesOf(kind), subject);
    changeSubject({ subject, isFilterOff });
    if (place !== null && placeFields.place === null) changePlace({ place });
  });
}

/** The view that follows the one on screen, of those that have something of the subject; of all where only one has. */
export function nextDestination(subject: string): Destination | null {
  const all = destinationsOf(subject);
  const related = all.filter(({ nearest }) => nearest !== "");
  const others = (related.length > 1 ? related : all).filter(({ view }) => view !== currentView.value);
  const order = kindViews.value.map(({ view }) => view);
  const here = order.indexOf(currentView.value);
  return others.find(({ view }) => order.indexOf(view) > here) ?? others[0] ?? null;
}
