// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Catalogue } from "../../api/catalogue";
import { openPage } from "../../state/going";
import { kindViews, pageFields } from "../../state/page";
import { changePlace, placeFields } from "../../state/place";
import { catalogue } from "../../state/server";
import { changeSubject, subjectFields } from "../../state/subject";
import { SubjectMenu } from "./card_menu";
import { SubjectLinks, subjectKey } from "./subject_links";
import { ViewTagFilter } from "./tag_filter";
import { ViewTags } from "./view_tags";

const TAGS = [
  ["scalars", "train/loss"],
  ["scalars", "grad_norm/decoder.3.weight"],
  ["images", "samples/digits"],
  ["histograms", "weights/decoder/3"],
  ["text", "train/mistakes/text_summary"],
  ["text", "config/text_summary"],
];

beforeEach(() => {
  const tags = TAGS.map(([kind, name]) => ({ id: name, name, kind, runs: ["r0"] }));
  catalogue.value = { tags } as unknown as Catalogue;
  kindViews.value = [
    { kind: "scalars", title: "Scalars", view: "scalars" },
    { kind: "images", title: "Images", view: "images" },
    { kind: "audio", title: "Audio", view: "audio" },
    { kind: "histograms", title: "Distributions", view: "distributions" },
    { kind: "text", title: "Text", view: "text" },
  ];
});

afterEach(() => {
  act(() => render(null, document.body));
  openPage("");
  changePlace({ place: null });
  changeSubject({ tagFilter: "", isFilterOff: false, subject: "" });
});

function texts(): (string | null)[] {
  return [...document.querySelectorAll("button")].map(({ textContent }) => textContent);
}

function click(testId: string): void {
  act(() => document.querySelector<HTMLElement>(`[data-testid=${testId}]`)?.click());
}

it("lead to the other views with data, and say what is there", () => {
  act(() => render(<SubjectLinks names={["train/loss"]} />, document.body));
  expect(texts()).toEqual(["Images all", "Distributions all", "Text of train"]);
  act(() => render(<SubjectLinks names={["grad_norm/decoder.3.weight"]} />, document.body));
  expect(texts()).toEqual(["Images all", "Distributions of decoder/3", "Text all"]);
  // Of several tags: what they have in common.
  act(() => render(<SubjectLinks names={TAGS.slice(0, 2).map(([, name]) => name)} />, document.body));
  expect(texts()).toEqual(["Images all", "Distributions all", "Text all"]);
});

it("keep the place, and put off a filter that would leave nothing, which the chip says", () => {
  const tags = new ViewTags("text", "/text_summary");
  changePlace({ place: { axis: "step", x: 47 } });
  changeSubject({ tagFilter: "loss" });
  act(() =>
    render(
      <>
        <SubjectMenu name="train/loss" />
        <ViewTagFilter tags={tags} />
      </>,
      document.body,
    ),
  );
  expect(document.querySelector("[data-testid=subject-text]")).toBe(null);
  const menu = document.querySelector("details") as HTMLDetailsElement;
  act(() => {
    menu.open = true;
    menu.dispatchEvent(new Event("toggle"));
  });
  click("subject-text");
  expect(menu.open).toBe(false);
  expect([pageFields.page, subjectFields.subject, placeFields.place?.x]).toEqual(["text", "train/loss", 47]);
  expect(tags.listed.value.map(({ name }) => name)).toEqual(["train/mistakes/text_summary"]);
  expect(texts().slice(-2)).toEqual(["train for train/loss ×", "filter off ×"]);
  click("filter-off");
  expect(tags.listed.value).toEqual([]);
  const field = document.querySelector("input") as HTMLInputElement;
  field.value = "mistakes";
  act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
  expect(tags.listed.value.length).toBe(1);
  click("subject");
  expect(subjectFields.subject).toBe("");
  expect(document.querySelector("[data-testid=subject]")).toBe(null);
});

it("are said where there is nothing of the subject: everything is shown", () => {
  const tags = new ViewTags("images");
  changeSubject({ subject: "train/loss" });
  act(() => render(<ViewTagFilter tags={tags} />, document.body));
  expect(texts()).toEqual(["all for train/loss ×"]);
  expect(tags.listed.value.length).toBe(1);
  act(() => changeSubject({ subject: "samples/digits" }));
  expect(texts()).toEqual(["samples/digits ×"]);
});

it("have a key, of the card that has the focus or of the subject that is looked at", () => {
  act(() =>
    render(
      <article data-tag="train/mistakes/text_summary">
        <button type="button">a card</button>
      </article>,
      document.body,
    ),
  );
  openPage("text");
  document.querySelector("button")?.focus();
  subjectKey.run();
  expect([pageFields.page, subjectFields.subject]).toEqual(["", "train/mistakes"]);
  changeSubject({ subject: "decoder/3" });
  subjectKey.run();
  expect([pageFields.page, subjectFields.subject]).toEqual(["distributions", "decoder/3"]);
});
