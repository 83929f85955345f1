// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Catalogue } from "../api/catalogue";
import { destinationsOf, goTo, nextDestination, openPage } from "./going";
import { startLink } from "./link";
import { currentView, kindViews, pageFields } from "./page";
import { changePlace, placeFields } from "./place";
import { catalogue } from "./server";
import { changeSubject, isEmptied, subjectFields, tagSieveOf } from "./subject";

const TAGS: Record<string, string[]> = {
  scalars: ["train/loss", "grad_norm/decoder.3.weight", "lr"],
  images: ["samples/digits"],
  histograms: ["weights/decoder/3", "weights/decoder/4", "weights/head"],
  text: ["train/mistakes/text_summary", "config/text_summary"],
};
const VIEWS = [
  { kind: "scalars", title: "Scalars", view: "scalars" },
  { kind: "images", title: "Images", view: "images" },
  { kind: "audio", title: "Audio", view: "audio" },
  { kind: "histograms", title: "Distributions", view: "distributions" },
  { kind: "text", title: "Text", view: "text" },
];

startLink(new Set());

beforeEach(() => {
  const tags = Object.entries(TAGS).flatMap(([kind, names]) =>
    names.map((name) => ({ id: `${kind}/${name}`, name, kind, runs: ["r0"] })),
  );
  catalogue.value = { tags } as unknown as Catalogue;
  kindViews.value = VIEWS;
});

afterEach(() => {
  vi.restoreAllMocks();
  openPage("");
  changePlace({ place: null });
  changeSubject({ tagFilter: "", isFilterOff: false, subject: "" });
});

function looked(kind: string): { passing: string[]; nearest: string } {
  const sieve = tagSieveOf(signal(TAGS[kind])).value;
  return { passing: TAGS[kind].filter(sieve.passes), nearest: sieve.nearest };
}

it("is in the link, with a filter that does not hold", () => {
  changeSubject({ subject: "decoder/3", tagFilter: "loss", isFilterOff: true });
  expect(location.hash).toBe("#tags=loss&tags-off=yes&subject=decoder%2F3");
  history.replaceState(null, "", "#tags=a&tags-off=yes&subject=decoder.3");
  dispatchEvent(new Event("hashchange"));
  expect({ ...subjectFields, folded: 0 }).toEqual({
    ...{ tagFilter: "a", isFilterOff: true, subject: "decoder.3", folded: 0 },
  });
});

it("lets the tags through that are about it, or about the nearest above it, or all", () => {
  changeSubject({ subject: "decoder.3" });
  expect(looked("histograms")).toEqual({ passing: ["weights/decoder/3"], nearest: "decoder/3" });
  expect(looked("scalars").passing).toEqual(["grad_norm/decoder.3.weight"]);
  expect(looked("images")).toEqual({ passing: TAGS.images, nearest: "" });
  changeSubject({ subject: "train/loss" });
  expect(looked("text")).toEqual({ passing: ["train/mistakes/text_summary"], nearest: "train" });
  changeSubject({ tagFilter: "config" });
  expect(looked("text").passing).toEqual([]);
  expect([isEmptied(TAGS.text, "train/loss"), isEmptied(TAGS.text, "")]).toEqual([true, false]);
  changeSubject({ isFilterOff: true });
  expect(looked("text").passing).toEqual(["train/mistakes/text_summary"]);
});

it("has destinations in all views with data", () => {
  expect(destinationsOf("train/loss").map(({ view, nearest }) => [view, nearest])).toEqual([
    ["scalars", "train/loss"],
    ["images", ""],
    ["distributions", ""],
    ["text", "train"],
  ]);
});

describe("the key", () => {
  function walk(subject: string, count: number): string[] {
    return Array.from({ length: count }, () => {
      const next = nextDestination(subject);
      if (next !== null) goTo(next, subject);
      return currentView.value;
    });
  }

  it("goes through the views that have something of the subject, and back", () => {
    expect(walk("decoder/3", 3)).toEqual(["distributions", "scalars", "distributions"]);
    expect(pageFields.page).toBe("distributions");
    openPage("images");
    expect(walk("train/loss", 3)).toEqual(["text", "scalars", "text"]);
  });

  it("goes through all where no other has", () => {
    expect(walk("lr", 4)).toEqual(["images", "distributions", "text", "scalars"]);
  });

  it("leads nowhere without data elsewhere", () => {
    kindViews.value = VIEWS.slice(0, 1);
    expect(nextDestination("lr")).toBe(null);
  });
});

describe("going", () => {
  const [, images, , , text] = VIEWS;

  it("is one step of the history, with the place that was pointed at", () => {
    const pushed = vi.spyOn(history, "pushState");
    goTo(text, "train/loss", { axis: "step", x: 47 });
    expect(pushed).toHaveBeenCalledTimes(1);
    expect([pageFields.page, subjectFields.subject, placeFields.place?.x]).toEqual([
      "text",
      "train/loss",
      47,
    ]);
  });

  it("keeps a place that is fixed", () => {
    changePlace({ place: { axis: "step", x: 3 } });
    goTo(text, "train/loss", { axis: "step", x: 47 });
    expect(placeFields.place?.x).toBe(3);
  });

  it("puts a filter off that would leave nothing, and that one alone", () => {
    changeSubject({ tagFilter: "loss" });
    goTo(images, "");
    expect([subjectFields.tagFilter, subjectFields.isFilterOff]).toEqual(["loss", true]);
    // In charts there is something.
    goTo(VIEWS[0], "train/loss");
    expect(subjectFields.isFilterOff).toBe(false);
    goTo(images, "");
    openPage("");
    expect(subjectFields.isFilterOff).toBe(false);
  });
});
