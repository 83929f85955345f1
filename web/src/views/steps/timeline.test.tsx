// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import { changePlace, placeFields } from "../../state/place";
import { recordedSteps } from "./recorded_steps";
import { stepKeys, timelineOf } from "./timeline";

const STEPS = [0, 10, 20, 50];

const steps = signal<readonly number[]>([]);
const Timeline = timelineOf(steps);
const KINDS = [
  { kind: "images", title: "Images", view: "images" },
  { kind: "text", title: "Text", view: "text" },
];

function show(now: readonly number[] = STEPS): HTMLInputElement {
  act(() => {
    steps.value = now;
    render(<Timeline kinds={KINDS} view="text" />, document.body);
  });
  return document.querySelector("input") as HTMLInputElement;
}

function button(name: string): HTMLButtonElement | undefined {
  return [...document.querySelectorAll("button")].find(
    (each) => (each.getAttribute("aria-label") ?? each.textContent) === name && !each.hidden,
  );
}

function place(): string | undefined {
  return document.querySelector("output")?.textContent ?? undefined;
}

function goTo(axis: "step" | "wall" | "tag", x: number): void {
  act(() => changePlace({ place: { axis, x } }));
}

afterEach(() => {
  act(() => render(null, document.body));
  changePlace({ place: null });
});

it("stands at the newest, and moves the shared place", () => {
  const slider = show();
  expect([slider.value, place(), button("newest")]).toEqual(["50", "newest", undefined]);
  expect(button("The next recorded step")?.disabled).toBe(true);
  act(() => button("The recorded step before")?.click());
  expect(placeFields.place).toEqual({ axis: "step", x: 20 });
  expect([slider.value, place()]).toEqual(["20", "step 20"]);
  act(() => {
    slider.value = "0";
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  expect(placeFields.place).toEqual({ axis: "step", x: 0 });
  expect(slider.getAttribute("aria-valuetext")).toBe("step 0");
  expect(button("The recorded step before")?.disabled).toBe(true);
  act(() => button("The next recorded step")?.click());
  expect(placeFields.place).toEqual({ axis: "step", x: 10 });
  act(() => button("newest")?.click());
  expect(placeFields.place).toBe(null);
  expect(place()).toBe("newest");
});

it("follows a place that another view has set", () => {
  const slider = show();
  // Between two recorded steps the values are those of the one before.
  goTo("step", 15);
  expect([slider.value, place(), slider.getAttribute("aria-valuetext")]).toEqual([
    "15",
    "step 15",
    "step 10",
  ]);
  act(() => button("The recorded step before")?.click());
  expect(placeFields.place).toEqual({ axis: "step", x: 10 });
  goTo("step", -5);
  expect([slider.value, button("The recorded step before")?.disabled]).toEqual(["0", true]);
  goTo("wall", 1.7e9);
  expect(place()).toBe("at the marked time");
  goTo("tag", 0.5);
  expect(place()).toBe("newest: the place is one of a tag");
});

it("stays at a step while new ones come, and at the newest with them", () => {
  const slider = show();
  show([...STEPS, 60]);
  expect([slider.value, slider.max, place()]).toEqual(["60", "60", "newest"]);
  goTo("step", 20);
  show([...STEPS, 60, 70]);
  expect([slider.value, slider.max, place()]).toEqual(["20", "70", "step 20"]);
});

it("names its lanes", () => {
  recordedSteps.value = [
    { kind: "images", count: 3, steps: [0, 10, 20] },
    { kind: "text", count: 1, steps: [50] },
  ];
  show();
  expect(document.querySelector("canvas")?.getAttribute("aria-label")).toBe(
    "Recorded: Images at 3 steps, Text at 1 step",
  );
  expect(document.querySelector<HTMLElement>(".timeline-track")?.title).toBe(
    "Lanes from the top:\nImages at 3 steps\nText at 1 step",
  );
  recordedSteps.value = null;
});

it("has nothing to slide over without steps, or with one", () => {
  const slider = show([]);
  expect([slider.disabled, slider.getAttribute("aria-valuetext")]).toEqual([true, "none"]);
  expect(button("The recorded step before")?.disabled).toBe(true);
  expect(show([7]).disabled).toBe(true);
  expect(slider.getAttribute("aria-valuetext")).toBe("step 7");
});

it("has keys that go the same way", () => {
  steps.value = STEPS;
  const keys = new Map(stepKeys(steps).map(({ key, run }) => [key, run]));
  const at: (number | undefined)[] = [];
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight", "ArrowRight", "0", "ArrowRight"]) {
    keys.get(key)?.();
    at.push(placeFields.place?.x);
  }
  // From the newest, on leads to the newest.
  expect(at).toEqual([20, 10, 20, 50, 50, undefined, 50]);
  changePlace({ place: null });
  steps.value = [];
  keys.get("ArrowLeft")?.();
  expect(placeFields.place).toBe(null);
});
